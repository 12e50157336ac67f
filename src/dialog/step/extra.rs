//! Answers to questions that the office added by itself (`kept_as`).

use std::collections::BTreeMap;

use super::super::definition::Form;
use super::super::turn::Extra;
use super::slot::option_said;
use crate::privacy::Personal;

/// Takes them out of the answers, in the order of the form; of a choice, what its option is called.
pub(super) fn kept(form: &Form, answers: &mut BTreeMap<String, Personal>) -> Vec<Extra> {
    let labelled = form.steps.iter().filter_map(|step| Some((step.answer.as_deref()?, step.kept_as.as_deref()?)));
    let mut extra = Vec::new();
    for (answer, label) in labelled {
        let Some(value) = answers.remove(answer) else { continue };
        let value = match option_said(form, answer, value.reveal()) {
            Some(said) => Personal::new(said),
            None => value,
        };
        extra.push(Extra { answer: answer.to_owned(), label: label.to_owned(), value });
    }
    extra
}
