//! What shows only when the parts of a form stand together: the review in every case, the payloads of its buttons, the
//! answers in its texts.

use std::collections::BTreeSet;

use super::super::definition::{Condition, Form, ReviewLine, Step, Text};
use super::super::kind::Kind;
use super::reader::Source;
use super::twins::{is_either_or, most_together};
use crate::vietnamese::fold;

/// Names and values stand in payloads of at most 1,000 characters (zalo-oa 2.1), with a key and more.
const NAME: usize = 60;
/// The review may be longer than other texts (voice.md 1.2).
const REVIEW: usize = 1_200;
/// What a slot of the review holds, at a guess.
const FILLED: usize = 30;
const BUTTONS: usize = 5;

/// Answers that have no value to say until somebody gave them; in the review they need a condition.
const BARE: [&str; 5] = ["submitter_name", "representative_name", "tax_code", "email", "title"];

pub(super) fn check(source: &Source<'_>, form: &Form) {
    for step in &form.steps {
        let at = source.outline.entry("step", "id", &step.id).unwrap_or_default();
        for text in step_problems(step) {
            source.problem(at, format!("bước «{}»: {text}", step.id));
        }
    }
    sendings(source, form);
    lines(source, form);
}

fn step_problems(step: &Step) -> Vec<String> {
    let mut problems = Vec::new();
    if step.id.is_empty() || step.id.chars().count() > NAME {
        problems.push(format!("tên bước cần từ 1 đến {NAME} ký tự"));
    }
    let mut values = BTreeSet::new();
    for option in &step.options {
        let value = option.value.as_str();
        if value.is_empty() || value.chars().count() > NAME || value.contains(':') {
            problems.push(format!("giá trị «{value}» cần từ 1 đến {NAME} ký tự, không có dấu hai chấm"));
        }
        if !values.insert(value) {
            problems.push(format!("giá trị «{value}» có hai lần"));
        }
    }
    if step.kind == Kind::Choice && step.options.is_empty() {
        problems.push("câu hỏi lựa chọn cần «options»".to_owned());
    }
    if step.kind == Kind::Line && step.length.0 > step.length.1 {
        problems.push("«shortest» lớn hơn «longest»".to_owned());
    }
    if let Some(label) = &step.kept_as {
        if !matches!(step.kind, Kind::Choice | Kind::Line) {
            problems.push("«kept_as» chỉ đi với kind = \"choice\" hoặc \"line\"".to_owned());
        }
        if !(1..=NAME).contains(&label.trim().chars().count()) {
            problems.push(format!("«kept_as» cần từ 1 đến {NAME} ký tự"));
        }
    }
    problems
}

fn sendings(source: &Source<'_>, form: &Form) {
    let set: BTreeSet<&str> =
        form.sendings.iter().flat_map(|sending| sending.sets.keys()).map(String::as_str).collect();
    for (nth, sending) in form.sendings.iter().enumerate() {
        for missing in set.iter().filter(|answer| !sending.sets.contains_key(**answer)) {
            let text = format!("cách gửi «{}» không đặt «{missing}» như các cách khác", sending.value);
            source.problem(source.outline.nth("send", nth), text);
        }
        let before = form.sendings[..nth].iter().filter(|other| !is_either_or(&other.when, &sending.when));
        for other in before {
            let problem = |text: String| source.problem(source.outline.nth("send", nth), text);
            if fold(other.title.as_str()) == fold(sending.title.as_str()) {
                problem(format!("hai nút cùng tên «{}»: gõ tên thì không biết là nút nào", sending.title.as_str()));
            }
            for word in sending.words.iter().filter(|word| other.words.iter().any(|other| fold(other) == fold(word))) {
                problem(format!("«{word}» là từ của cả hai cách gửi «{}» và «{}»", other.value, sending.value));
            }
        }
    }
    let Some(review) = form.steps.iter().find(|step| step.kind == Kind::Review) else { return };
    let conditions = form.sendings.iter().map(|sending| &sending.when);
    let conditions: Vec<&Condition> = conditions.chain(review.buttons.iter().map(|button| &button.when)).collect();
    let together = most_together(&conditions);
    if together > BUTTONS {
        let at = source.outline.entry("step", "id", &review.id).unwrap_or_default();
        source.problem(at, format!("phần xem lại có thể có {together} nút cùng lúc, nhiều nhất là {BUTTONS}"));
    }
}

fn lines(source: &Source<'_>, form: &Form) {
    let own: Vec<&str> = form.steps.iter().filter_map(|step| step.answer.as_deref()).collect();
    for (nth, line) in form.lines.iter().enumerate() {
        let is_given = |slot: &str| {
            let values = line.when.0.get(slot);
            form.defaults.contains_key(slot) || values.is_some_and(|values| !values.iter().any(|value| value == "-"))
        };
        let needs = |slot: &&str| BARE.contains(slot) || own.contains(slot);
        for slot in line.text.slots().into_iter().filter(needs).filter(|slot| !is_given(slot)) {
            let text = format!("«{{{slot}}}» còn trống khi chưa ai trả lời: thêm when = {{ {slot} = \"*\" }}");
            source.problem(source.outline.nth("line", nth), text);
        }
    }
    let longest = cases(form).into_iter().map(|case| length(form, &case)).max().unwrap_or_default();
    if longest > REVIEW {
        let text = format!("phần xem lại có thể dài {longest} ký tự, nhiều nhất là {REVIEW}");
        source.problem(source.outline.nth("line", 0), text);
    }
}

/// Every way to answer the choices of the form; of other answers nothing is said.
fn cases(form: &Form) -> Vec<Vec<(&str, &str)>> {
    const MANY: usize = 500;
    let mut cases: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for step in form.steps.iter().filter(|step| step.kind == Kind::Choice && !step.options.is_empty()) {
        let Some(answer) = step.answer.as_deref() else { continue };
        if cases.len() * step.options.len() > MANY {
            break;
        }
        let mut longer = Vec::new();
        for case in &cases {
            longer.extend(
                step.options.iter().map(|option| [case.as_slice(), &[(answer, option.value.as_str())]].concat()),
            );
        }
        cases = longer;
    }
    cases
}

/// How long the review is in this case, when everything else was answered.
fn length(form: &Form, case: &[(&str, &str)]) -> usize {
    let answer = |name: &str| Some(case.iter().find(|(given, _)| *given == name).map_or("*", |(_, value)| *value));
    let is_said = |line: &&ReviewLine| {
        line.when.0.iter().all(|(name, wanted)| {
            let given = answer(name).unwrap_or_default();
            wanted.iter().any(|wanted| wanted != "-" && (wanted == "*" || given == "*" || wanted == given))
        })
    };
    let filled = |text: &Text| text.fill(|_| Some("x".repeat(FILLED))).chars().count() + 1;
    form.lines.iter().filter(is_said).map(|line| filled(&line.text)).sum()
}
