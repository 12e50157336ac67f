//! Steps that nobody ever comes to, and questions that chase each other for ever.

use std::collections::{BTreeMap, BTreeSet};

use super::super::definition::{Condition, Form, Step};
use super::super::kind::Kind;
use super::reader::Source;
use super::twins::is_either_or;

pub(super) fn check(source: &Source<'_>, form: &Form) {
    let problem = |step: &Step, text: String| {
        let at = source.outline.entry("step", "id", &step.id).unwrap_or_default();
        source.problem(at, format!("bước «{}»: {text}", step.id));
    };
    for (step, why) in unreachable(form) {
        problem(step, why);
    }
    let typed = |step: &Step| step.or_typed.clone();
    for circle in circles(form, typed) {
        problem(circle[0], format!("«or_typed» đi vòng: {}", said(&circle)));
    }
    for circle in circles(form, |step| forgets(form, step)) {
        problem(circle[0], format!("«forgets» đi vòng, câu hỏi không bao giờ hết: {}", said(&circle)));
    }
}

fn said(circle: &[&Step]) -> String {
    circle.iter().chain(circle.first()).map(|step| step.id.as_str()).collect::<Vec<_>>().join(" → ")
}

/// Steps that no conversation reaches, each with the reason.
fn unreachable(form: &Form) -> Vec<(&Step, String)> {
    let mut found = Vec::new();
    let review = form.steps.iter().position(|step| step.kind == Kind::Review);
    let reached = reached(form);
    for (at, step) in form.steps.iter().enumerate() {
        if review.is_some_and(|review| at > review) && !step.edit_only {
            found.push((step, "đứng sau bước xem lại, không bao giờ được hỏi".to_owned()));
        } else if !reached.contains(step.id.as_str()) {
            found.push((step, "không bao giờ tới được: «when» cần điều mà chưa bước nào trước đó cho biết".to_owned()));
        } else if let Some(before) = form.steps[..at].iter().find(|before| settles(before, step)) {
            found.push((step, format!("bước «{}» đã hỏi «{}», không bao giờ hỏi lại", before.id, answer_of(step))));
        } else if let (false, Some(answer)) = (step.edit_only, only_answer(step))
            && form.defaults.contains_key(answer)
        {
            found.push((step, format!("«{answer}» đã có sẵn ở [defaults], không bao giờ hỏi")));
        }
    }
    found
}

fn answer_of(step: &Step) -> &str {
    only_answer(step).unwrap_or_default()
}

/// The answer of a step that names it itself.
fn only_answer(step: &Step) -> Option<&str> {
    step.answer.as_deref().filter(|_| matches!(step.kind, Kind::Choice | Kind::Line))
}

/// Whether whoever comes to `step` has answered it at `before`.
fn settles(before: &Step, step: &Step) -> bool {
    let is_asked = !step.edit_only && !before.edit_only;
    let is_same = only_answer(step).is_some_and(|answer| before.answers().any(|given| given == answer));
    is_asked && is_same && !is_either_or(&before.when, &step.when)
}

/// The steps that can be asked, found from what is known at the beginning: each adds what it can answer.
fn reached(form: &Form) -> BTreeSet<&str> {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (answer, value) in &form.defaults {
        known.entry(answer).or_default().insert(value);
    }
    for inference in &form.inferences {
        known.entry(&inference.answer).or_default().insert(&inference.value);
    }
    let mut reached = BTreeSet::new();
    loop {
        let before = reached.len();
        for step in &form.steps {
            if !can_hold(&step.when, &known) || !reached.insert(step.id.as_str()) {
                continue;
            }
            let options = step.options.iter().map(|option| option.value.as_str());
            for answer in step.answers().chain(step.kind.also_answers().iter().copied()) {
                let values = known.entry(answer).or_default();
                values.extend(options.clone());
                // Typed, or read from a list: any value.
                values.extend(step.options.is_empty().then_some("*"));
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

fn can_hold(when: &Condition, known: &BTreeMap<&str, BTreeSet<&str>>) -> bool {
    when.0.iter().all(|(answer, wanted)| {
        let values = known.get(answer.as_str());
        wanted.iter().any(|wanted| match wanted.as_str() {
            "-" => true,
            "*" => values.is_some(),
            wanted => values.is_some_and(|values| values.contains(wanted) || values.contains("*")),
        })
    })
}

/// The steps that must be asked again after an option of this one was chosen.
fn forgets(form: &Form, step: &Step) -> Vec<String> {
    let forgotten: BTreeSet<&str> =
        step.options.iter().flat_map(|option| &option.forgets).map(String::as_str).collect();
    let asked = form.steps.iter().filter(|other| other.id != step.id && !other.edit_only);
    asked.filter(|other| other.answers().any(|answer| forgotten.contains(answer))).map(|step| step.id.clone()).collect()
}

/// The circles along `next`, each once, beginning with its first step in the form.
fn circles(form: &Form, next: impl Fn(&Step) -> Vec<String>) -> Vec<Vec<&Step>> {
    let mut circles = Vec::new();
    for (at, first) in form.steps.iter().enumerate() {
        // Only through later steps: another circle has begun earlier.
        let later: BTreeSet<&str> = form.steps[at..].iter().map(|step| step.id.as_str()).collect();
        let mut seen = BTreeSet::new();
        let mut paths = vec![vec![first]];
        while let Some(path) = paths.pop() {
            for id in next(path[path.len() - 1]).iter().filter(|id| later.contains(id.as_str())) {
                if *id == first.id {
                    circles.push(path.clone());
                    paths.clear();
                    break;
                }
                if let (true, Some(step)) = (seen.insert(id.clone()), form.step(id)) {
                    paths.push([path.clone(), vec![step]].concat());
                }
            }
        }
    }
    circles
}
