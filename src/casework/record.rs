//! From the answers of a form to a record of the register: what the law asks for is there, or the petition is not
//! entered (Decree 20/2008/NĐ-CP, art. 7: name, address, clear content, in Vietnamese).

use std::str::FromStr;

use crate::petition::{Category, Details, Extra, IncidentStep, Kind, SubmitterType};
use crate::privacy::Personal;

use super::notice::shorten;
use super::{CaseError, Filing};

/// The national form: 20 to 10,000 characters, counted in composed form.
const CONTENT_LENGTH: std::ops::RangeInclusive<usize> = 20..=10_000;
const TITLE_LIMIT: usize = 200;
/// A title that is made from the content.
const MADE_TITLE_LIMIT: usize = 80;

/// Answers without which nothing is filed.
const REQUIRED: [&str; 6] =
    ["submitter_type", "submitter_name", "address_detail", "category", "content", "publish_consent"];

/// Answers the registry keeps where they were given.
const OPTIONAL: [&str; 16] = [
    "representative_name",
    "tax_code",
    "province_code",
    "commune_code",
    "phone",
    "email",
    "title",
    "proposal",
    "topic",
    "incident",
    "incident_on",
    "incident_time",
    "incident_step",
    "target_agency_code",
    "target_agency_text",
    "identity_confidential",
];

/// What a form must collect, by the identifiers of pakn-domain 3.2: compared with the forms at start.
pub fn required_answers() -> &'static [&'static str] {
    &REQUIRED
}

/// What a form may collect besides; an answer in neither list would be lost.
pub fn optional_answers() -> &'static [&'static str] {
    &OPTIONAL
}

/// The forms that the registry takes, each with the answers it must collect and those it may.
pub fn answers_of(form: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match form {
        "petition" => (&REQUIRED, &OPTIONAL),
        "supplement" => (&["words", "state"], &[]),
        "withdraw" => (&["confirmed"], &["reason"]),
        "reopen" => (&["words", "reason"], &[]),
        "survey" => (&["version", "overall", "channels", "ease", "handling", "timely_notice"], &["comment"]),
        _ => return None,
    })
}

/// The record that these answers make. The agency is not looked up here.
pub(super) fn details(filing: &Filing) -> Result<Details, CaseError> {
    let answers = Answers(filing);
    let content = answers.required("content")?;
    let length = crate::vietnamese::nfc(content.reveal().trim()).chars().count();
    if !CONTENT_LENGTH.contains(&length) {
        return Err(invalid("content", "Nội dung cần từ 20 đến 10.000 ký tự."));
    }
    let proposal = answers.optional("proposal");
    Ok(Details {
        submitter_type: answers.choice::<SubmitterType>("submitter_type")?,
        submitter_name: answers.required("submitter_name")?,
        representative_name: answers.optional("representative_name"),
        tax_code: answers.optional("tax_code"),
        province_code: answers.optional("province_code").map(|code| code.reveal().to_owned()),
        commune_code: answers.optional("commune_code").map(|code| code.reveal().to_owned()),
        address_detail: address(&answers)?,
        phone: answers.optional("phone"),
        email: answers.optional("email"),
        category: answers.choice::<Category>("category")?,
        kind: if proposal.is_some() { Kind::Recommendation } else { Kind::Reflection },
        title: answers.optional("title").map_or_else(|| made_title(&content), |title| shortened(&title, TITLE_LIMIT)),
        content,
        proposal,
        topic: answers.optional("topic").map(|topic| topic.reveal().to_owned()).unwrap_or_default(),
        incident: answers.optional("incident"),
        incident_on: answers.parsed("incident_on")?,
        incident_time: answers.parsed("incident_time")?,
        incident_step: answers.parsed::<IncidentStep>("incident_step")?,
        target_agency_id: answers.optional("target_agency_code").map(|code| code.reveal().to_owned()),
        target_agency_text: answers.optional("target_agency_text"),
        publish_consent: answers.required_yes("publish_consent")?,
        identity_confidential: answers.is_yes("identity_confidential")?,
        consent_version: filing.consent_version.clone(),
    })
}

/// Answers to the office's own questions that say something.
pub(super) fn extra(filing: &Filing) -> Vec<Extra> {
    let bare = |extra: &Extra| Extra { value: without_zero_bytes(&extra.value), ..extra.clone() };
    filing.extra.iter().map(bare).filter(|extra| !extra.value.reveal().trim().is_empty()).collect()
}

/// Postgres keeps no zero bytes; people never mean them.
fn without_zero_bytes(text: &Personal) -> Personal {
    Personal::new(text.reveal().replace('\0', ""))
}

/// A commune alone is an address, where somebody has no house number to tell: an officer asks if it is needed.
fn address(answers: &Answers<'_>) -> Result<Personal, CaseError> {
    match answers.optional("commune_code") {
        Some(_) => Ok(answers.optional("address_detail").unwrap_or_default()),
        None => answers.required("address_detail"),
    }
}

/// The beginning of the content, when nobody gave a title.
fn made_title(content: &Personal) -> Personal {
    let first_line = content.reveal().trim().lines().next().unwrap_or_default();
    shortened(&Personal::new(first_line), MADE_TITLE_LIMIT)
}

fn shortened(text: &Personal, limit: usize) -> Personal {
    Personal::new(shorten(text.reveal().trim(), limit))
}

fn invalid(field: &'static str, say: &str) -> CaseError {
    CaseError::Invalid { field, say: say.to_owned() }
}

struct Answers<'a>(&'a Filing);

impl Answers<'_> {
    /// An answer that says something.
    fn optional(&self, name: &str) -> Option<Personal> {
        let answer = without_zero_bytes(self.0.answers.get(name)?);
        (!answer.reveal().trim().is_empty()).then_some(answer)
    }

    fn required(&self, name: &'static str) -> Result<Personal, CaseError> {
        self.optional(name).ok_or_else(|| invalid(name, "Mục này cần có."))
    }

    fn choice<T: FromStr>(&self, name: &'static str) -> Result<T, CaseError> {
        let answer = self.required(name)?;
        answer.reveal().parse().map_err(|_| invalid(name, "Chọn một mục trong danh sách."))
    }

    /// A date as `2026-11-18`, a time as `08:30:00`, an entry of a list.
    fn parsed<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, CaseError> {
        let Some(answer) = self.optional(name) else { return Ok(None) };
        answer.reveal().parse().map(Some).map_err(|_| invalid(name, "Mục này chưa đọc được."))
    }

    /// Silence is not consent.
    fn is_yes(&self, name: &'static str) -> Result<bool, CaseError> {
        match self.optional(name).as_ref().map(Personal::reveal) {
            Some("true" | "yes") => Ok(true),
            Some("false" | "no") | None => Ok(false),
            Some(_) => Err(invalid(name, "Chọn có hoặc không.")),
        }
    }

    fn required_yes(&self, name: &'static str) -> Result<bool, CaseError> {
        self.required(name)?;
        self.is_yes(name)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn filing() -> Filing {
        let answers = [
            ("submitter_type", "individual"),
            ("submitter_name", "Trần Văn Bình"),
            ("address_detail", "so 8 ngo 30 nguyen thuong hien p cua nam"),
            ("phone", "+84901234567"),
            ("category", "regulation_policy_procedure"),
            (
                "content",
                "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ 76 tuổi từ 5/10, hẹn 10 ngày làm việc, nay chưa có.\nMong cho biết.",
            ),
            ("publish_consent", "yes"),
        ];
        Filing {
            citizen_id: 1,
            draft_key: "draft".to_owned(),
            answers: answers.into_iter().map(|(name, answer)| (name.to_owned(), answer.into())).collect(),
            extra: Vec::new(),
            attachments: Vec::new(),
            consent_version: "2026-11".to_owned(),
        }
    }

    pub fn details() -> Details {
        super::details(&filing()).expect("a complete form")
    }

    fn without(name: &str) -> Result<Details, CaseError> {
        let mut filing = filing();
        filing.answers.remove(name);
        super::details(&filing)
    }

    fn with(name: &str, answer: &str) -> Result<Details, CaseError> {
        let mut filing = filing();
        filing.answers.insert(name.to_owned(), answer.into());
        super::details(&filing)
    }

    #[test]
    fn a_complete_form_makes_a_record() {
        let details = details();
        assert_eq!(details.kind, Kind::Reflection);
        assert!(details.publish_consent && !details.identity_confidential);
        assert_eq!(
            details.title.reveal(),
            "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ 76 tuổi từ 5/10, hẹn 10 ngày làm…"
        );
        assert!(details.content.reveal().ends_with("nay chưa có.\nMong cho biết."));
    }

    #[test]
    fn what_the_law_asks_for_must_be_there() {
        for required in required_answers() {
            let error = without(required).expect_err(required);
            assert!(matches!(error, CaseError::Invalid { field, .. } if field == *required), "{error}");
        }
        for (name, _) in filing().answers.iter().filter(|(name, _)| optional_answers().contains(&name.as_str())) {
            without(name).expect(name);
        }
        assert!(filing().answers.keys().all(|name| {
            required_answers().contains(&name.as_str()) || optional_answers().contains(&name.as_str())
        }));
    }

    #[test]
    fn a_commune_alone_is_an_address() {
        let mut filing = filing();
        filing.answers.remove("address_detail");
        filing.answers.insert("commune_code".to_owned(), "00070".into());
        let details = super::details(&filing).expect("a record");
        assert!(details.address_detail.is_empty() && details.commune_code.as_deref() == Some("00070"));
    }

    #[test]
    fn consent_is_a_plain_yes() {
        for (answer, consents) in [("true", true), ("yes", true), ("false", false), ("no", false)] {
            assert_eq!(with("publish_consent", answer).expect("a record").publish_consent, consents, "{answer}");
        }
    }

    #[test]
    fn a_proposal_makes_it_a_recommendation() {
        assert_eq!(with("proposal", "Đề nghị thống nhất mẫu.").expect("a record").kind, Kind::Recommendation);
        assert_eq!(with("proposal", "  ").expect("a record").kind, Kind::Reflection);
    }

    #[test]
    fn answers_outside_their_list_are_refused() {
        for (name, answer) in [
            ("submitter_type", "person"),
            ("category", "other"),
            ("publish_consent", "maybe"),
            ("identity_confidential", "1"),
            ("content", "quá ngắn"),
            ("submitter_name", " \0 "),
        ] {
            let error = with(name, answer).expect_err(name);
            assert!(matches!(error, CaseError::Invalid { field, .. } if field == name), "{error}");
        }
        assert!(with("content", &"a".repeat(10_001)).is_err());
    }

    #[test]
    fn a_zero_byte_does_not_reach_the_register() {
        assert_eq!(with("title", "Quá\0 hẹn trả kết quả").expect("a record").title.reveal(), "Quá hẹn trả kết quả");
    }
}
