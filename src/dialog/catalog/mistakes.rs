//! Every kind of mistake in a form of its own, with the exact words and the line that are told.

use std::fs;

use super::tests::dialogs;
use super::{Catalog, Problem};

/// A small form in the place of the petition's: three questions, a review, one way to send.
const FORM: &str = r##"
[form]
name = "petition"
[defaults]
submitter_type = "individual"
[[step]]
id = "content"
kind = "story"
ask = "Việc gì?"
short = "Việc gì?"
lacks = "nội dung"
retry = ["Kể thêm?", "Ví dụ: giấy phép."]
[step.way_out]
text = "Nói với cán bộ."
buttons = [{ title = "Gặp cán bộ", to = "#person" }]
[step.hint.cold_files]
text = "Ảnh về việc gì?"
[step.hint.replace]
text = "Đang ghi: {content}."
[step.hint.add]
text = "Viết thêm."
[step.hint.too_long]
text = "Dài quá."
[[step]]
id = "color"
kind = "choice"
answer = "color"
kept_as = "Màu"
ask = "Màu gì?"
short = "Màu gì?"
lacks = "màu"
buttons = [{ title = "Đỏ", value = "red" }, { title = "Xanh", value = "blue" }]
options = [{ value = "red", said = "đỏ" }, { value = "blue", said = "xanh" }]
[[step]]
id = "size"
kind = "line"
answer = "size"
kept_as = "Cỡ"
when = { color = "red" }
ask = "Cỡ nào?"
short = "Cỡ nào?"
lacks = "cỡ"
retry = ["Cỡ?", "Ví dụ: 40."]
[step.way_out]
text = "Nói với cán bộ."
buttons = [{ title = "Gặp cán bộ", to = "#person" }]
[[step]]
id = "note"
kind = "line"
answer = "note"
edit_only = true
ask = "Ghi chú?"
short = "Ghi chú?"
lacks = "ghi chú"
retry = ["Ghi chú?", "Ví dụ: gấp."]
[step.way_out]
text = "Nói với cán bộ."
buttons = [{ title = "Gặp cán bộ", to = "#person" }]
[[step]]
id = "review"
kind = "review"
ask = "Xem lại."
short = "Gửi?"
lacks = "xem lại"
buttons = [{ title = "Sửa", value = "edit" }]
[step.hint.which]
text = "Mục nào?"
[step.hint.which_again]
text = "Mục số mấy?"
[step.hint.clarify]
text = "Gửi hay sửa?"
[step.hint.clarify_again]
text = "Gửi hay sửa mục {item}?"
[step.hint.files]
text = "Có {files}."
[step.hint.unclear]
text = "Chưa hiểu."
[step.hint.unclear_again]
text = "Bấm một nút."
[[line]]
text = "Mục 1. Nội dung: {content}"
[[line]]
when = { color = "*" }
text = "Mục 2. Màu: {color}"
[[item]]
number = 1
steps = ["content"]
words = ["nội dung"]
[[item]]
number = 2
steps = ["color", "note"]
words = ["màu"]
[[send]]
value = "public"
title = "Gửi"
words = ["nộp"]
taken = "Đã gửi."
careful = true
[receipt]
text = "Mã: {reference}."
"##;

/// What stands in the form, what is written instead, the line that is named by words in it, and what is said.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

const MISTAKES: &[Mistake] = &[
    // steps that nobody comes to
    (
        "id = \"size\"",
        "id = \"size\"\nedit_only = true",
        "id = \"size\"",
        "bước «size»: không mục nào dẫn đến bước này",
    ),
    (
        "when = { color = \"red\" }",
        "when = { size = \"*\" }",
        "id = \"size\"",
        "bước «size»: không bao giờ tới được: «when» cần điều mà chưa bước nào trước đó cho biết",
    ),
    (
        "when = { color = \"red\" }",
        "when = { color = \"green\" }",
        "id = \"size\"",
        "bước «size»: «color» không bao giờ là «green»",
    ),
    (
        "when = { color = \"red\" }",
        "when = { hue = \"red\" }",
        "id = \"size\"",
        "bước «size»: không bước nào hỏi «hue»",
    ),
    (
        "[[line]]\ntext = \"Mục 1",
        "[[step]]\nid = \"late\"\nkind = \"choice\"\nanswer = \"late\"\nkept_as = \"Trễ\"\nask = \"Trễ?\"\nshort = \"Trễ?\"\nlacks = \"trễ\"\noptions = [{ value = \"yes\", said = \"có\" }]\n[[line]]\ntext = \"Mục 1",
        "id = \"late\"",
        "bước «late»: đứng sau bước xem lại, không bao giờ được hỏi",
    ),
    (
        "id = \"size\"\nkind = \"line\"\nanswer = \"size\"",
        "id = \"size\"\nkind = \"line\"\nanswer = \"color\"",
        "id = \"size\"",
        "bước «size»: bước «color» đã hỏi «color», không bao giờ hỏi lại",
    ),
    (
        "submitter_type = \"individual\"",
        "color = \"red\"",
        "id = \"color\"",
        "bước «color»: «color» đã có sẵn ở [defaults], không bao giờ hỏi",
    ),
    // circles
    (
        "lacks = \"màu\"",
        "lacks = \"màu\"\nor_typed = [\"color\"]",
        "id = \"color\"",
        "bước «color»: «or_typed» đi vòng: color → color",
    ),
    (
        "{ value = \"red\", said = \"đỏ\" }, { value = \"blue\", said = \"xanh\" }]\n[[step]]\nid = \"size\"\nkind = \"line\"\nanswer = \"size\"",
        "{ value = \"red\", said = \"đỏ\", forgets = [\"size\"] }, { value = \"blue\", said = \"xanh\" }]\n[[step]]\nid = \"size\"\nkind = \"choice\"\nanswer = \"size\"\noptions = [{ value = \"s\", said = \"nhỏ\", forgets = [\"color\"] }]",
        "id = \"color\"",
        "bước «color»: «forgets» đi vòng, câu hỏi không bao giờ hết: color → size → color",
    ),
    // words that do not tell two buttons apart
    (
        "{ title = \"Xanh\", value = \"blue\" }",
        "{ title = \"ĐỎ\", value = \"blue\" }",
        "{ title = \"ĐỎ\"",
        "hai nút cùng tên «ĐỎ»: gõ tên thì không biết là nút nào (step.buttons)",
    ),
    (
        "{ title = \"Đỏ\", value = \"red\" }, { title = \"Xanh\", value = \"blue\" }",
        "{ title = \"Đỏ\", value = \"red\", words = [\"màu\"] }, { title = \"Xanh\", value = \"blue\", words = [\"Mầu\", \"MÀU\"] }",
        "MÀU",
        "«mau» là từ của cả hai nút «Đỏ» và «Xanh» (step.buttons)",
    ),
    (
        "{ title = \"Xanh\", value = \"blue\" }",
        "{ title = \"Xanh\", value = \"blue\", words = [\"đỏ\"] }",
        "words = [\"đỏ\"]",
        "nút «Xanh» có từ «Đỏ», là tên của nút khác (step.buttons)",
    ),
    ("words = [\"màu\"]", "words = [\"nội dung\"]", "number = 2", "«nội dung» là tên của hai mục"),
    (
        "[receipt]",
        "[[send]]\nvalue = \"more\"\ntitle = \"GỬI\"\ntaken = \"Đã gửi.\"\n[receipt]",
        "value = \"more\"",
        "hai nút cùng tên «GỬI»: gõ tên thì không biết là nút nào",
    ),
    (
        "[receipt]",
        "[[send]]\nvalue = \"more\"\ntitle = \"Gửi nữa\"\nwords = [\"nộp\"]\ntaken = \"Đã gửi.\"\n[receipt]",
        "value = \"more\"",
        "«nộp» là từ của cả hai cách gửi «public» và «more»",
    ),
    (
        "[receipt]",
        "[[send]]\nvalue = \"more\"\ntitle = \"Gửi nữa\"\nsets = { note = \"x\" }\ntaken = \"Đã gửi.\"\n[receipt]",
        "value = \"public\"",
        "cách gửi «public» không đặt «note» như các cách khác",
    ),
    // twice
    ("id = \"note\"", "id = \"color\"", "answer = \"note\"", "có hai bước «color»"),
    ("number = 2", "number = 1", "steps = [\"color\"", "số mục 1 có hai lần"),
    ("{ value = \"blue\", said", "{ value = \"red\", said", "id = \"color\"", "bước «color»: giá trị «red» có hai lần"),
    // limits
    (
        "title = \"Sửa\"",
        "title = \"Sửa một mục nào đó ở trên\"",
        "title = \"Sửa một",
        "«title» dài 25 ký tự, nhiều nhất là 20 (step.buttons)",
    ),
    (
        "buttons = [{ title = \"Sửa\", value = \"edit\" }]",
        "buttons = [{ title = \"A\", to = \"#help\" }, { title = \"B\", to = \"#mine\" }, { title = \"C\", to = \"#about\" }, { title = \"D\", to = \"#person\" }, { title = \"E\", to = \"#data\" }]",
        "id = \"review\"",
        "phần xem lại có thể có 6 nút cùng lúc, nhiều nhất là 5",
    ),
    (
        "id = \"size\"",
        "id = \"sizesizesizesizesizesizesizesizesizesizesizesizesizesizesizesize\"",
        "id = \"sizesize",
        "bước «sizesizesizesizesizesizesizesizesizesizesizesizesizesizesizesize»: tên bước cần từ 1 đến 60 ký tự",
    ),
    (
        "{ value = \"red\", said",
        "{ value = \"red:dark\", said",
        "id = \"color\"",
        "bước «color»: giá trị «red:dark» cần từ 1 đến 60 ký tự, không có dấu hai chấm",
    ),
    // slots
    (
        "ask = \"Màu gì?\"",
        "ask = \"Màu gì, {digits}?\"",
        "id = \"color\"",
        "không ai điền «{digits}» vào «ask» ở đây, chỉ ở: hint.digits (step)",
    ),
    (
        "text = \"Mã: {reference}.\"",
        "text = \"Mã: {lookup}.\"",
        "text = \"Mã: {lookup}",
        "không ai điền «{lookup}» vào «text» ở đây, chỉ ở: screen.found (receipt)",
    ),
    (
        "when = { color = \"*\" }\n",
        "",
        "Mục 2. Màu",
        "«{color}» còn trống khi chưa ai trả lời: thêm when = { color = \"*\" }",
    ),
    (
        "text = \"Dài quá.\"",
        "text = \"Dài {quá}.\"",
        "text = \"Dài {quá}",
        "không có chỗ trống «{quá}» (step.hint.too_long)",
    ),
    // spelling
    (
        "text = \"Viết thêm.\"",
        "text = \"Viết thêm, xoá bớt.\"",
        "text = \"Viết thêm",
        "«text»: «xoá» viết là «xóa» (step.hint.add)",
    ),
    (
        "text = \"Viết thêm.\"",
        "text = \"Viết\\u200b thêm.\"",
        "text = \"Viết",
        "«text» có ký tự không nhìn thấy U+200B (step.hint.add)",
    ),
    (
        "text = \"Viết thêm.\"",
        "text = \"Vie\u{302}\u{301}t.\"",
        "text = \"Vie",
        "«text» không phải Unicode dựng sẵn (NFC) (step.hint.add)",
    ),
    ("text = \"Viết thêm.\"", "text = \" \"", "text = \" \"", "«text» trống (step.hint.add)"),
    ("words = [\"nộp\"]", "words = [\"\"]", "words = [\"\"]", "«words» có một chuỗi trống (send)"),
    // what the office's own questions need
    ("kept_as = \"Màu\"", "kept_as = \" \"", "id = \"color\"", "bước «color»: «kept_as» cần từ 1 đến 60 ký tự"),
    (
        "kind = \"story\"",
        "kind = \"story\"\nkept_as = \"Chuyện\"",
        "id = \"content\"",
        "bước «content»: «kept_as» chỉ đi với kind = \"choice\" hoặc \"line\"",
    ),
    // keys, targets
    ("careful = true", "carefull = true", "carefull", "không có khóa «carefull» ở đây (send)"),
    ("to = \"#person\"", "to = \"#nobody\"", "to = \"#nobody\"", "không có đích «#nobody» (step.way_out.buttons)"),
    (
        "steps = [\"color\", \"note\"]",
        "steps = [\"color\", \"note\", \"smell\"]",
        "number = 2",
        "mục 2: không có bước «smell»",
    ),
    (
        "lacks = \"cỡ\"",
        "lacks = \"cỡ\"\nshortest = 9\nlongest = 3",
        "id = \"size\"",
        "bước «size»: «shortest» lớn hơn «longest»",
    ),
];

fn folder(form: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let said = fs::read_to_string(dialogs().join("petition.toml")).expect("a form");
    let said = &said[said.find("\n[said]").expect("short words")..];
    fs::write(folder.path().join("petition.toml"), format!("{form}{said}")).expect("a form");
    folder
}

/// The problems of the form alone: that there are no screens is the same every time.
fn problems(form: &str) -> Vec<String> {
    let folder = folder(form);
    let problems = Catalog::load(folder.path()).err().unwrap_or_default();
    let name = |problem: &Problem| problem.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let said = problems
        .iter()
        .map(|problem| format!("{}:{}: {}", name(problem).unwrap_or_default(), problem.line, problem.text));
    said.filter(|said| said.starts_with("petition.toml")).collect()
}

#[test]
fn a_sound_form_has_no_problem() {
    assert_eq!(problems(FORM), Vec::<String>::new());
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let mut missing = Vec::new();
    for (from, to, marker, said) in MISTAKES {
        assert!(FORM.contains(from), "the form has «{from}»");
        let form = FORM.replacen(from, to, 1);
        let lines: Vec<&str> = form.lines().collect();
        let at = lines.iter().position(|line| line.contains(marker)).unwrap_or_else(|| panic!("no line «{marker}»"));
        // A problem of a whole table is told where the table begins.
        let heading = lines[..=at].iter().rposition(|line| line.starts_with('[')).unwrap_or(at);
        let found = problems(&form);
        let wanted = [at, heading].map(|at| format!("petition.toml:{}: {said}", at + 1));
        if !wanted.iter().any(|wanted| found.contains(wanted)) {
            missing.push(format!("{}\n  is not in\n  {}", wanted[0], found.join("\n  ")));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n\n"));
}
