//! Who the sender is, as far as this page may show it; and what was said, as far as it may be read here.

use super::super::visit::Visit;
use super::super::words::place;
use crate::casework::{Finder, Masks};
use crate::officer::Role;
use crate::petition::{Details, Petition, SubmitterType};
use crate::privacy::mask::{Hidden, replace_identity_numbers};
use crate::privacy::{Personal, say_phone};

/// What may be shown of the sender, and whether there is more to see.
pub struct Sender {
    /// «Cá nhân, phường Láng»
    pub summary: String,
    /// Label and text, once somebody asked to see them.
    pub revealed: Vec<(&'static str, String)>,
    pub may_reveal: bool,
    /// The sender had their data erased.
    pub is_locked: bool,
}

impl Sender {
    pub fn of(petition: &Petition, commune: Option<&str>, is_revealed: bool, may_reveal: bool) -> Self {
        let details = &petition.details;
        let kind = details.submitter_type.word();
        let summary = place(commune).map_or_else(|| kind.to_owned(), |place| format!("{kind}, {place}"));
        let revealed = if is_revealed && may_reveal { everything(details, commune) } else { Vec::new() };
        Self { summary, revealed, may_reveal, is_locked: petition.contact_locked_at.is_some() }
    }
}

/// How much of what was said a page shows to this officer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    /// Somebody asked to see the sender, and it was written down.
    Everything,
    /// The own words, without numbers of identity papers.
    OwnWords,
    /// Nothing of who sent it: they asked to stay unnamed, or had their data erased.
    NoSender,
    /// Nobody at all: who oversees the office learns of no citizen.
    Nobody,
}

/// What stands between a text and an officer. Every text of a petition goes through it before it stands on a page.
pub struct Veil {
    shows: Shows,
    masks: Masks,
    finder: Finder,
}

impl Veil {
    /// Of a petition as it stands in the register; `is_revealed` once this officer asked to see the sender.
    pub fn of(visit: &Visit, petition: &Petition, is_revealed: bool) -> Self {
        let is_focal = visit.officer.role == Role::FocalOffice;
        let is_unnamed = petition.details.identity_confidential && !is_focal;
        let shows = match visit.officer.role {
            Role::Oversight => Shows::Nobody,
            _ if is_revealed => Shows::Everything,
            _ if is_unnamed || petition.contact_locked_at.is_some() => Shows::NoSender,
            _ => Shows::OwnWords,
        };
        let (masks, finder) = (Masks::of(&petition.details), Finder::new(&petition.details, Vec::new(), false));
        Self { shows, masks, finder }
    }

    /// What was told to the office: the title, the content, what was added.
    pub fn words(&self, text: &str) -> String {
        match self.shows {
            Shows::Everything => text.to_owned(),
            Shows::OwnWords => replace_identity_numbers(text, Hidden::Identity.mask()),
            Shows::NoSender => self.masks.hide(text),
            Shows::Nobody => self.finder.anonymise(text),
        }
    }

    /// What stands beside it: messages, answers to further questions, names of files. The sender is hidden unless revealed.
    pub fn aside(&self, text: &str) -> String {
        match self.shows {
            Shows::Everything => text.to_owned(),
            Shows::OwnWords | Shows::NoSender => self.masks.hide(text),
            Shows::Nobody => self.finder.anonymise(text),
        }
    }

    /// What officers wrote, who know the sender: hidden only from those who may not.
    pub fn office(&self, text: &str) -> String {
        match self.shows {
            Shows::Everything | Shows::OwnWords => text.to_owned(),
            Shows::NoSender => self.masks.hide(text),
            Shows::Nobody => self.finder.anonymise(text),
        }
    }

    /// Whether what came along may be handed out as it came: a file tells more than can be seen of it.
    pub fn shows_originals(&self) -> bool {
        matches!(self.shows, Shows::Everything | Shows::OwnWords)
    }
}

/// The petition as this page may show it.
pub fn shown(mut petition: Petition, veil: &Veil) -> Petition {
    let details = &mut petition.details;
    let hide = |text: &mut Personal| *text = Personal::new(veil.words(text.reveal()));
    hide(&mut details.title);
    hide(&mut details.content);
    details.proposal.iter_mut().for_each(hide);
    details.incident.iter_mut().for_each(hide);
    details.target_agency_text.iter_mut().for_each(hide);
    let office = |text: &mut String| *text = veil.office(text);
    petition.refusal_text.iter_mut().for_each(office);
    petition.task.iter_mut().for_each(office);
    petition.awaiting.iter_mut().for_each(|awaiting| office(&mut awaiting.asked));
    petition
}

fn everything(details: &Details, commune: Option<&str>) -> Vec<(&'static str, String)> {
    let name = match details.submitter_type {
        SubmitterType::Individual => "Họ tên",
        SubmitterType::Enterprise => "Doanh nghiệp",
        SubmitterType::Organisation => "Tổ chức",
    };
    let address = [Some(details.address_detail.reveal()), place(commune)];
    let address = address.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let own = |text: &Option<Personal>| text.as_ref().map(|text| text.reveal().to_owned());
    let fields = [
        (name, Some(details.submitter_name.reveal().to_owned())),
        ("Người đại diện", own(&details.representative_name)),
        ("Mã số thuế", own(&details.tax_code)),
        ("Điện thoại", details.phone.as_ref().map(|phone| say_phone(phone.reveal()))),
        ("Email", own(&details.email)),
        ("Địa chỉ", Some(address)),
    ];
    fields.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
}
