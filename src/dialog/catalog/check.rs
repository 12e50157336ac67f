//! What can only be seen when a whole file, or all of them, has been read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::definition::{Condition, Form, Reply, Screen, Step};
use super::super::kind::Kind;
use super::super::known::{CIRCUMSTANCES, HIDDEN, SCREENS};
use super::reader::{Problem, Source};
use super::{Catalog, Collected};
use super::{reach, whole};
use crate::vietnamese::fold;

/// Every answer that a form may give.
pub(super) fn collected(form: &Form) -> BTreeSet<String> {
    let mut answers: BTreeSet<String> = form.defaults.keys().cloned().collect();
    answers.extend(form.inferences.iter().map(|inference| inference.answer.clone()));
    answers.extend(form.sendings.iter().flat_map(|sending| sending.sets.keys().cloned()));
    for step in &form.steps {
        answers.extend(step.answers().map(str::to_owned));
        answers.extend(step.kind.also_answers().iter().map(|answer| (*answer).to_owned()));
    }
    answers
}

/// The same, each with the place of the question that gives it; what no question gives stands where the form begins.
pub(super) fn collected_at(source: &Source<'_>, form: &Form) -> Vec<Collected> {
    let outline = source.outline;
    let given = collected(form).into_iter().map(|answer| {
        let gives = |step: &&Step| {
            step.answers().any(|given| given == answer) || step.kind.also_answers().contains(&answer.as_str())
        };
        let step = form.steps.iter().find(gives);
        let at = step.and_then(|step| outline.entry("step", "id", &step.id));
        let line = source.line(at.unwrap_or_else(|| outline.nth("form", 0)));
        let kept_as = step.and_then(|step| step.kept_as.clone());
        Collected { form: form.name.clone(), answer, file: source.file.to_owned(), line, kept_as }
    });
    given.collect()
}

pub(super) fn form(source: &Source<'_>, form: &Form) {
    let answers = collected(form);
    let problem = |about: &str, text: String| source.problem(place(source, about), text);
    let mut ids = BTreeSet::new();
    for step in &form.steps {
        if !ids.insert(step.id.as_str()) {
            problem(&step.id, format!("có hai bước «{}»", step.id));
        }
        for text in step_problems(form, step, &answers) {
            problem(&step.id, format!("bước «{}»: {text}", step.id));
        }
    }
    let reviews = form.steps.iter().filter(|step| step.kind == Kind::Review).count();
    match &form.follow_up {
        None if reviews != 1 => problem("step", "cần đúng một bước xem lại (kind = \"review\")".to_owned()),
        Some(_) if reviews > 0 => problem("step", "biểu mẫu về một phản ánh đã gửi không có bước xem lại".to_owned()),
        _ => {}
    }
    let follow_up = form.follow_up.as_ref();
    let replies = [Some(&form.receipt), follow_up.map(|about| &about.not_now), follow_up.map(|about| &about.left)];
    for text in replies.into_iter().flatten().flat_map(|reply| reply_problems(form, reply, &answers)) {
        problem("receipt", text);
    }
    for inference in &form.inferences {
        if !is_value(form, &inference.answer, &inference.value) {
            problem(&inference.value, format!("«{}» không có giá trị «{}»", inference.answer, inference.value));
        }
    }
    item_problems(source, form);
    reach::check(source, form);
    whole::check(source, form);
    sending_problems(form, &answers, &problem);
}

fn reply_problems(form: &Form, reply: &Reply, answers: &BTreeSet<String>) -> Vec<String> {
    let mut problems: Vec<String> =
        reply.text.iter().flat_map(|(when, _)| condition_problems(form, when, answers)).collect();
    if reply.text.last().is_none_or(|(when, _)| *when != Condition::default()) {
        problems.push("câu cuối cùng trong «text» phải không có «when»".to_owned());
    }
    problems
}

fn step_problems(form: &Form, step: &Step, answers: &BTreeSet<String>) -> Vec<String> {
    let mut problems = condition_problems(form, &step.when, answers);
    for (when, _) in &step.ask {
        problems.extend(condition_problems(form, when, answers));
    }
    if step.ask.last().is_none_or(|(when, _)| *when != Condition::default()) {
        problems.push("câu hỏi cuối cùng trong «ask» phải không có «when»".to_owned());
    }
    if let Some(card) = &step.card {
        for (when, _) in &card.subtitle {
            problems.extend(condition_problems(form, when, answers));
        }
        if !step.buttons.is_empty() {
            problems.push("thẻ Zalo đi một mình: bước này không được có nút".to_owned());
        }
        if card.subtitle.last().is_none_or(|(when, _)| *when != Condition::default()) {
            problems.push("lời cuối cùng trong thẻ phải không có «when»".to_owned());
        }
    }
    if step.id.contains(':') {
        problems.push("tên bước không được có dấu hai chấm".to_owned());
    }
    if matches!(step.kind, Kind::Choice | Kind::Line) && step.answer.is_none() {
        problems.push("thiếu «answer»".to_owned());
    }
    if (needs_retries(step.kind) || step.not_by_number) && step.retry.len() != 2 {
        problems.push("cần hai câu «retry»".to_owned());
    }
    if needs_retries(step.kind) && step.kind != Kind::Agency && step.way_out.is_none() {
        problems.push("cần «way_out», lời của lần thứ ba".to_owned());
    }
    let offers = |screen: &Screen| screen.buttons.len();
    if step.hints.values().map(offers).chain([step.buttons.len()]).any(|count| count > 5) {
        problems.push("có hơn 5 nút".to_owned());
    }
    for target in step.or_typed.iter().filter(|target| form.step(target).is_none()) {
        problems.push(format!("không có bước «{target}»"));
    }
    if step.edit_only && !is_named(form, &step.id) {
        problems.push("không mục nào dẫn đến bước này".to_owned());
    }
    problems
}

/// Kinds whose answer can be unreadable.
fn needs_retries(kind: Kind) -> bool {
    let is_read = kind.collects() && kind != Kind::More;
    is_read && !matches!(kind, Kind::Choice | Kind::Consent | Kind::Address | Kind::Incident | Kind::Files)
}

fn is_named(form: &Form, id: &str) -> bool {
    let in_items = form.items.iter().any(|item| item.steps.iter().any(|step| step == id));
    in_items || form.steps.iter().any(|step| step.or_typed.iter().any(|step| step == id))
}

/// A condition must name an answer that the form gives and a value it can have, or its step is never reached.
fn condition_problems(form: &Form, condition: &Condition, answers: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for (answer, values) in &condition.0 {
        if CIRCUMSTANCES.contains(&answer.as_str()) {
            continue;
        }
        if !answers.contains(answer) {
            problems.push(format!("không bước nào hỏi «{answer}»"));
        }
        for value in values.iter().filter(|value| !["*", "-"].contains(&value.as_str())) {
            if !is_value(form, answer, value) {
                problems.push(format!("«{answer}» không bao giờ là «{value}»"));
            }
        }
    }
    problems
}

fn is_value(form: &Form, answer: &str, value: &str) -> bool {
    let is_option = |step: &Step| step.options.iter().any(|option| option.value == value);
    let steps: Vec<&Step> = form.steps.iter().filter(|step| step.answer.as_deref() == Some(answer)).collect();
    let set = form.sendings.iter().any(|sending| sending.sets.get(answer).is_some_and(|set| set == value));
    set || form.defaults.get(answer).is_some_and(|default| default == value)
        || steps.iter().any(|step| is_option(step))
        || (steps.is_empty() && form.inferences.iter().any(|inference| inference.answer == answer))
}

fn item_problems(source: &Source<'_>, form: &Form) {
    let mut numbers = BTreeSet::new();
    let mut words = BTreeMap::new();
    for (nth, item) in form.items.iter().enumerate() {
        let problem = |text: String| source.problem(source.outline.nth("item", nth), text);
        if item.number > 0 && !numbers.insert(item.number) {
            problem(format!("số mục {} có hai lần", item.number));
        }
        for target in item.steps.iter().filter(|target| form.step(target).is_none()) {
            problem(format!("mục {}: không có bước «{target}»", item.number));
        }
        for word in item.words.iter().filter(|word| *words.entry(fold(word)).or_insert(nth) != nth) {
            problem(format!("«{word}» là tên của hai mục"));
        }
    }
    let mut answers = collected(form);
    answers.insert(HIDDEN.to_owned());
    for (nth, line) in form.lines.iter().enumerate() {
        for text in condition_problems(form, &line.when, &answers) {
            source.problem(source.outline.nth("line", nth), text);
        }
    }
}

fn sending_problems(form: &Form, answers: &BTreeSet<String>, problem: &dyn Fn(&str, String)) {
    let mut values = BTreeSet::new();
    for sending in &form.sendings {
        if sending.value.is_empty() || sending.value.contains(':') || !values.insert(&sending.value) {
            problem("send", format!("giá trị gửi «{}» thiếu, trùng hoặc có dấu hai chấm", sending.value));
        }
        for text in condition_problems(form, &sending.when, answers) {
            problem(&sending.value, text);
        }
    }
    if form.follow_up.is_none() && !form.sendings.iter().any(|sending| sending.is_careful) {
        problem("send", "không có cách gửi thận trọng (careful = true)".to_owned());
    }
}

/// Where the entry with this name stands, or the first of a list.
fn place(source: &Source<'_>, name: &str) -> usize {
    let named = [("step", "id"), ("send", "value"), ("infer", "value")];
    let found = named.into_iter().find_map(|(list, key)| source.outline.entry(list, key, name));
    found.unwrap_or_else(|| source.outline.nth(name, 0))
}

/// Conditions of screens: which answers there are, all forms together say.
pub(super) fn unasked(catalog: &Catalog, named: Vec<(String, Problem)>, problems: &RefCell<Vec<Problem>>) {
    let forms: BTreeSet<&Path> = catalog.collected.iter().map(|collected| collected.file.as_path()).collect();
    let asked: BTreeSet<&str> = catalog.collected.iter().map(|collected| collected.answer.as_str()).collect();
    // A form's own conditions were held against its own answers.
    let is_unknown = |name: &str| !asked.contains(name) && !CIRCUMSTANCES.contains(&name);
    let unknown =
        named.into_iter().filter(|(name, problem)| is_unknown(name) && !forms.contains(problem.file.as_path()));
    problems.borrow_mut().extend(unknown.map(|(_, problem)| problem));
}

pub(super) fn missing_parts(catalog: &Catalog, dir: &Path, problems: &RefCell<Vec<Problem>>) {
    // What is missing everywhere is looked for in the first file.
    let file = dir.join("menu.toml");
    let problem = |text: String| problems.borrow_mut().push(Problem { file: file.clone(), line: 1, text });
    for name in SCREENS.iter().filter(|name| !catalog.screens.contains_key(**name)) {
        problem(format!("thiếu màn hình [screen.{name}]"));
    }
    if catalog.menu.consent_version.is_empty() {
        problem("thiếu [consent] version".to_owned());
    }
    if catalog.guidance.subjects.is_empty() {
        problem("thiếu [scope] và [[subject]]".to_owned());
    }
    if catalog.menu.silent_hours == 0 || catalog.menu.back_words.is_empty() {
        problem("thiếu [officer] silent_hours, back: máy im lặng thì phải có lúc trở lại".to_owned());
    }
    if !catalog.forms.contains_key("petition") {
        problem("thiếu biểu mẫu «petition»".to_owned());
    }
}
