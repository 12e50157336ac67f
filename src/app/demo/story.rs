//! The sample petitions, who sent them, and what became of them.

use std::collections::HashMap;

use serde::Deserialize;

use crate::casework::{AnswerDraft, Filing};
use crate::privacy::Personal;

/// One a line: `id`, `text`, `kind` (the class an officer would see in it).
const SAMPLES: &str = include_str!("sample-petitions.jsonl");
const STORIES: &str = include_str!("stories.toml");
/// The notice to which the invented people agreed.
const CONSENT_VERSION: &str = "2026-11";

/// One petition from the first message to its end, or as far as it has come. Days are working days before today.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    pub sample: String,
    #[serde(default = "individual", rename = "type")]
    submitter_type: String,
    pub name: String,
    representative: Option<String>,
    tax_code: Option<String>,
    phone: Option<String>,
    commune: String,
    address: String,
    title: String,
    proposal: Option<String>,
    incident: Option<String>,
    #[serde(default = "yes")]
    consents: bool,
    #[serde(default)]
    confidential: bool,
    /// Who handles it.
    pub agency: Option<String>,
    pub filed: u32,
    pub accepted: Option<u32>,
    pub refusal: Option<Refusal>,
    pub answer: Option<Answer>,
    pub publication: Option<Publication>,
    /// Whose phone the sender's is.
    pub phone_on_page: Option<String>,
    /// The sender's words, from the sample.
    #[serde(skip)]
    pub content: String,
    #[serde(skip)]
    is_conduct: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    pub days: u32,
    pub reason: String,
    pub text: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub days: u32,
    outcome: String,
    document: Option<String>,
    no_document: Option<String>,
    unit: String,
    body: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    pub days: u32,
}

/// Every sample with its story.
pub fn stories() -> Vec<Story> {
    let mut samples = samples();
    let Book { mut story } =
        toml::from_str(STORIES).expect("stories.toml is part of the program and is read by a test");
    for story in &mut story {
        let sample = samples.remove(&story.sample).expect("every story has a sample of its own");
        story.is_conduct = sample.kind == "thai_do";
        story.content = sample.text;
    }
    story
}

#[derive(Deserialize)]
struct Book {
    story: Vec<Story>,
}

#[derive(Deserialize)]
struct Sample {
    id: String,
    text: String,
    kind: String,
}

fn samples() -> HashMap<String, Sample> {
    let lines = SAMPLES.lines().map(|line| serde_json::from_str(line).expect("a sample is a line of JSON"));
    lines.map(|sample: Sample| (sample.id.clone(), sample)).collect()
}

impl Story {
    /// The finished form.
    pub fn filing(&self, citizen_id: i64) -> Filing {
        let category = if self.is_conduct { "official_conduct" } else { "regulation_policy_procedure" };
        let said = |answer: bool| Some(if answer { "yes" } else { "no" }.to_owned());
        let answers = [
            ("submitter_type", Some(self.submitter_type.clone())),
            ("submitter_name", Some(self.name.clone())),
            ("representative_name", self.representative.clone()),
            ("tax_code", self.tax_code.clone()),
            ("phone", self.phone.clone()),
            ("province_code", Some("01".to_owned())),
            ("commune_code", Some(self.commune.clone())),
            ("address_detail", Some(self.address.clone())),
            ("category", Some(category.to_owned())),
            ("title", Some(self.title.clone())),
            ("content", Some(self.content.clone())),
            ("proposal", self.proposal.clone()),
            ("incident", self.incident.clone()),
            ("target_agency_code", self.agency.clone()),
            ("publish_consent", said(self.consents)),
            ("identity_confidential", said(self.confidential)),
        ];
        let given = answers.into_iter().filter_map(|(name, answer)| Some((name.to_owned(), Personal::new(answer?))));
        Filing {
            citizen_id,
            draft_key: format!("demo-{}", self.sample),
            answers: given.collect(),
            extra: Vec::new(),
            attachments: Vec::new(),
            consent_version: CONSENT_VERSION.to_owned(),
        }
    }
}

impl Answer {
    /// What the officer writes on that day.
    pub fn draft(&self, day: chrono::NaiveDate) -> AnswerDraft {
        let today = day.format("%d/%m/%Y").to_string();
        AnswerDraft {
            did: self.body.clone(),
            unit: self.unit.clone(),
            done_on: today.clone(),
            evidence: if self.document.is_some() { "document" } else { "none" }.to_owned(),
            document_number: self.document.clone().unwrap_or_default(),
            document_on: today,
            no_evidence_reason: self.no_document.clone().unwrap_or_default(),
            finished: "yes".to_owned(),
            outcome: self.outcome.clone(),
            ..AnswerDraft::default()
        }
    }
}

fn individual() -> String {
    "individual".to_owned()
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_a_story_whose_days_run_forward() {
        let stories = stories();
        assert_eq!(stories.len(), samples().len());
        for story in stories {
            let days: Vec<u32> = [
                Some(story.filed),
                story.accepted,
                story.refusal.as_ref().map(|refusal| refusal.days),
                story.answer.as_ref().map(|answer| answer.days),
                story.publication.as_ref().map(|publication| publication.days),
            ]
            .into_iter()
            .flatten()
            .collect();
            assert!(days.is_sorted_by(|earlier, later| earlier >= later), "{}: {days:?}", story.sample);
            assert_eq!(story.accepted.is_some(), story.agency.is_some(), "{}", story.sample);
            assert!(story.answer.is_none() || story.accepted.is_some(), "{}", story.sample);
            assert!(story.publication.is_none() || story.answer.is_some(), "{}", story.sample);
        }
    }
}
