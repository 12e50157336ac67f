//! Who the sender is, as far as this page may show it.

use super::super::words::place;
use crate::casework::Masks;
use crate::petition::{Details, Petition, SubmitterType};
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

/// The petition as this page may show it: of a sender who had their data erased, the own words without who wrote them.
pub fn shown(mut petition: Petition, is_revealed: bool) -> Petition {
    if petition.contact_locked_at.is_none() || is_revealed {
        return petition;
    }
    let masks = Masks::of(&petition.details);
    let details = &mut petition.details;
    let hide = |text: &mut Personal| *text = Personal::new(masks.hide(text.reveal()));
    hide(&mut details.title);
    hide(&mut details.content);
    details.proposal.iter_mut().for_each(hide);
    details.incident.iter_mut().for_each(hide);
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
