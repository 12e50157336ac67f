//! The README's «One question more, in five minutes», done step by step from the page itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use sqlx::PgPool;
use tempfile::TempDir;

use crate::app::{TestApp, redis_url};
use crate::road::STORY;
use crate::visitor::Office;

/// The section of the README, as it stands.
fn section() -> String {
    let readme = fs::read_to_string("README.md").expect("the README");
    let (_, section) = readme.split_once("### One question more, in five minutes").expect("the section");
    section.split_once("\n## ").map_or(section, |(section, _)| section).to_owned()
}

/// What is put where: the place in words («above the line `…`»), and the lines.
fn steps(section: &str) -> Vec<(bool, String, String)> {
    let mut steps = Vec::new();
    let mut rest = section;
    while let Some((instruction, after)) = rest.split_once("```toml\n") {
        let (snippet, after) = after.split_once("```").expect("an end of the snippet");
        let is_above = instruction.contains("above the line `");
        let (_, place) =
            instruction.split_once(if is_above { "above the line `" } else { "below the line `" }).expect("a place");
        let (place, _) = place.split_once('`').expect("the end of the place");
        let snippet = snippet.lines().map(|line| format!("{}\n", line.strip_prefix("   ").unwrap_or(line)));
        steps.push((is_above, place.to_owned(), snippet.collect()));
        rest = after;
    }
    steps
}

/// A copy of the dialogs with what the README says put in.
fn changed_dialogs() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir("dialogs").expect("dialogs") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
    }
    let path = folder.path().join("petition.toml");
    let mut form = fs::read_to_string(&path).expect("the form");
    let steps = steps(&section());
    assert_eq!(steps.len(), 2, "the question and its line");
    for (is_above, place, snippet) in steps {
        assert_eq!(form.matches(&format!("{place}\n")).count(), 1, "petition.toml has the line {place}");
        let changed = if is_above { format!("{snippet}{place}\n") } else { format!("{place}\n{snippet}") };
        form = form.replacen(&format!("{place}\n"), &changed, 1);
    }
    fs::write(path, form).expect("a changed form");
    folder
}

fn check(dialogs: &Path) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"))
        .args(["check", "--dialogs"])
        .arg(dialogs)
        .output()
        .expect("the program");
    (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_new_question_is_asked_reviewed_filed_and_shown(pool: PgPool) {
    let dialogs = changed_dialogs();
    assert_eq!(check(dialogs.path()), (true, String::new()));

    let app = TestApp::furnished(&pool, &redis_url(), |settings| settings.dialogs = dialogs.path().into()).await;
    let phone = app.zalo.phone("Ông Bình");
    let mut asked = String::new();
    for line in ["Xin chào", "Đồng ý, bắt đầu", STORY, "một cửa phường cửa nam"] {
        asked = app.ask(&phone, line).await;
    }
    assert!(asked.contains("Ông/Bà đã đến cơ quan mấy lần vì việc này?"), "{asked}");
    app.ask(&phone, "3 lan roi").await;
    app.ask(&phone, "nhiều lần").await;
    let mut review = String::new();
    for line in ["Trần Văn Bình", "0901.234.567", "so 8 ngo 30 nguyen thuong hien p cua nam"] {
        review = app.say(&phone, line).await.pop().expect("an answer").text;
    }
    assert!(review.contains("Mục 11. Số lần đã đến: từ hai lần"), "{review}");
    let again = app.ask(&phone, "sửa số lần").await;
    assert!(again.contains("Đang ghi: từ hai lần."), "{again}");
    let review = app.ask(&phone, "một lần").await;
    assert!(review.contains("Mục 11. Số lần đã đến: một lần"), "{review}");
    let receipt = app.ask(&phone, "Gửi, không đăng").await;
    assert!(receipt.contains("✅ Đã gửi"), "{receipt}");

    let reference: String = sqlx::query_scalar("select reference from petition").fetch_one(&pool).await.expect("one");
    let office = Office::open(pool.clone()).await;
    let page = office.officer().await.get(&format!("/admin/petitions/{reference}")).await;
    assert!(page.shows("<dt>Số lần đã đến</dt><dd class=\"text\">một lần</dd>"), "{}", page.html);
    app.finish().await;
}

#[test]
fn a_question_that_nobody_keeps_is_refused_with_its_line() {
    let dialogs = changed_dialogs();
    let path = dialogs.path().join("petition.toml");
    let form = fs::read_to_string(&path).expect("the form");
    let kept = form.lines().find(|line| line.starts_with("kept_as = ")).expect("the label");
    let changed = form.replacen(&format!("{kept}\n"), "", 1);
    let line = changed.lines().position(|line| line == "id = \"visits\"").expect("the question");
    fs::write(&path, &changed).expect("a changed form");
    let (is_well, said) = check(dialogs.path());
    // The line of the table's heading.
    let place = format!("{}:{line}: ", path.display());
    assert!(!is_well && said.contains(&place) && said.contains("hỏi «visits», mà sổ phản ánh không có"), "{said}");
}
