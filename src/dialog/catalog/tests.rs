use std::fs;
use std::path::{Path, PathBuf};

use super::{Catalog, Problem};

pub(super) fn dialogs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogs")
}

/// The problems of the real files after one change in one of them.
fn problems_after(file: &str, from: &str, to: &str) -> Vec<Problem> {
    let dir = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(dialogs()).expect("dialogs") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name");
        let mut text = fs::read_to_string(&path).expect("a dialog");
        if name == file {
            assert!(text.contains(from), "{file} has «{from}»");
            text = text.replacen(from, to, 1);
        }
        fs::write(dir.path().join(name), text).expect("a file");
    }
    Catalog::load(dir.path()).err().unwrap_or_default()
}

#[test]
fn the_dialogs_have_no_problems() {
    let problems = Catalog::load(&dialogs()).err().unwrap_or_default();
    assert!(problems.is_empty(), "{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_kind_of_mistake_is_reported() {
    for (file, from, to, said) in [
        ("petition.toml", "lacks = \"email\"", "lax = \"email\"", "không có khóa «lax»"),
        ("petition.toml", "lacks = \"email\"", "lax = \"email\"", "thiếu «lacks»"),
        ("petition.toml", "kind = \"email\"", "kind = \"fax\"", "không có loại câu hỏi «fax»"),
        ("petition.toml", "or_typed = [\"company\", \"name\"]", "or_typed = [\"nobody\"]", "không có bước «nobody»"),
        ("petition.toml", "steps = [\"email\"]", "steps = [\"fax\"]", "không có bước «fax»"),
        ("petition.toml", "steps = [\"email\"]", "steps = [\"phone\"]", "không mục nào dẫn đến bước này"),
        (
            "petition.toml",
            "when = { submitter_type = \"individual\" }",
            "when = { submitter_type = \"alien\" }",
            "không bao giờ là «alien»",
        ),
        (
            "petition.toml",
            "when = { submitter_type = \"individual\" }",
            "when = { species = \"alien\" }",
            "không bước nào hỏi «species»",
        ),
        ("petition.toml", "Đã ghi email.", "Đã ghi {mail}.", "không có chỗ trống «{mail}»"),
        ("petition.toml", "Đã ghi email.", "Đã ghi {email.", "ngoặc nhọn không đóng"),
        ("petition.toml", "title = \"Gửi, cho đăng\"", "title = \"Gửi đi, và cho đăng lên mạng\"", "nhiều nhất là 20"),
        ("petition.toml", "value = \"new\"", "value = \"old\"", "không thể mang giá trị «old»"),
        ("petition.toml", "careful = true", "careful = 1", "true hoặc false"),
        ("petition.toml", "[step.hint.hotline]", "[step.hint.coldline]", "thiếu hint.hotline"),
        ("petition.toml", "[step.hint.hotline]", "[step.hint.coldline]", "không có khóa «coldline»"),
        ("petition.toml", "id = \"phone\"", "id = \"name\"", "có hai bước «name»"),
        ("petition.toml", "quiet = 4", "quiet = \"bốn\"", "phải là một số"),
        ("menu.toml", "[screen.thanks]", "[screen.thank]", "thiếu màn hình [screen.thanks]"),
        ("menu.toml", "[screen.thanks]", "[screen.thank]", "không dùng ở đâu"),
        ("menu.toml", "to = \"#mine\"", "to = \"#yours\"", "không có đích «#yours»"),
        ("menu.toml", "@yes", "@yeah", "không có ý nghĩa «@yeah»"),
        ("menu.toml", "thanks = [", "tks = [", "thiếu từ cho ý nghĩa «thanks»"),
        ("menu.toml", "version = \"2026-11\"", "", "thiếu «version»"),
        ("menu.toml", "text = \"Tôi đã thấy.\"", "text = \"\"", "trống"),
        ("menu.toml", "Tôi đã thấy.", "Tôi đa\u{303} thấy.", "NFC"),
        (
            "lookup.toml",
            "when = { open_form = \"-\" }",
            "when = { species = \"-\" }",
            "không biểu mẫu nào hỏi «species»",
        ),
        ("menu.toml", "[screen.sticker]", "[screen.sticker", ""),
    ] {
        let problems = problems_after(file, from, to);
        let found = problems.iter().any(|problem| problem.text.contains(said));
        let list = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(found, "«{to}» must say «{said}», and says:\n{list}");
    }
}

#[test]
fn a_problem_names_its_line() {
    let text = fs::read_to_string(dialogs().join("petition.toml")).expect("a dialog");
    let line = text.lines().position(|line| line == "quiet = 4").expect("the line") + 1;
    let problems = problems_after("petition.toml", "quiet = 4", "quiet = \"bốn\"");
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [line]);
}

#[test]
fn all_problems_come_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("menu.toml"), "[screen.nobody]\ntext = 1\n").expect("a file");
    let problems = Catalog::load(dir.path()).expect_err("problems");
    assert!(problems.len() > 30, "{}", problems.len());
    assert!(Catalog::load(&dir.path().join("nowhere")).is_err());
}

#[test]
fn files_of_other_rooms_are_left_alone() {
    let catalog = Catalog::load(&dialogs()).expect("dialogs");
    assert!(catalog.counts().steps > 10 && catalog.counts().words > 200);
}
