//! What the verbs go by besides the law: settings of the house, and the sentences it says.

use url::Url;
use uuid::Uuid;

use crate::config::{AnswerApproval, Settings};
use crate::petition::{OfficeHours, Reference};

use super::notices::Notices;

/// Made once at start, handed to every verb.
#[derive(Clone, Debug)]
pub struct Rules {
    pub office_hours: OfficeHours,
    /// The agency that receives and sorts petitions.
    pub focal_agency: String,
    /// Where people reach the service; links to results begin with it.
    pub public_url: Url,
    /// For so many days after an answer its sender can reopen the petition.
    pub reopen_days: u32,
    /// Which answers a second person releases.
    pub answer_approval: AnswerApproval,
    /// The approved template that brings news where the chat is closed.
    pub template_id: Option<String>,
    pub notices: Notices,
}

impl Rules {
    /// Reads what the settings point to. Every problem is reported at once.
    pub fn load(settings: &Settings) -> Result<Self, Vec<String>> {
        let office_hours = settings.office_hours.parse::<OfficeHours>();
        match (office_hours, Notices::load(&settings.dialogs)) {
            (Ok(office_hours), Ok(notices)) => Ok(Self {
                office_hours,
                focal_agency: settings.focal_agency.clone(),
                public_url: settings.public_url.clone(),
                reopen_days: settings.reopen_days,
                answer_approval: settings.answer_approval,
                template_id: settings.zalo_template_id.clone().filter(|id| !id.trim().is_empty()),
                notices,
            }),
            (office_hours, notices) => {
                let wrong_hours = office_hours.err().map(|error| format!("OFFICE_HOURS: {error}"));
                Err(wrong_hours.into_iter().chain(notices.err().unwrap_or_default()).collect())
            }
        }
    }

    /// The picture on the card that asks for contact data; Zalo fetches it from us.
    pub fn card_image_url(&self) -> String {
        format!("{}/static/contact.png", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Where a file of an answer is read by whoever was given this key.
    pub fn file_url(&self, reference: &Reference, key: Uuid) -> String {
        format!("{}/files/{key}", self.result_url(reference))
    }

    /// The page of a petition's result.
    pub fn result_url(&self, reference: &Reference) -> String {
        format!("{}/p/{reference}", self.public_url.as_str().trim_end_matches('/'))
    }
}
