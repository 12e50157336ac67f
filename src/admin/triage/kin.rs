//! What stands near a new petition: settled ones that resemble it, others of the same sender, open ones that say the same.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::super::words::{self, status_class};
use crate::casework::notices::Notices;
use crate::http::Failure;
use crate::http::text::beginning;
use crate::petition::alike::{self, Neighbour};
use crate::petition::heap::{self, Kin};
use crate::petition::similar::Settled;
use crate::petition::{Petition, Status};

/// How much of an answer is shown.
const ANSWER_SHOWN: usize = 180;

/// A settled petition and how it went.
pub struct Like {
    pub reference: String,
    pub title: String,
    /// «UBND phường Láng, 12/09/2026 · rất giống»
    pub about: String,
    pub answer: String,
    /// What the sender thought of it: class and words.
    pub opinion: Option<(&'static str, &'static str)>,
}

impl Like {
    pub fn of(settled: &Settled, notices: &Notices) -> Self {
        let place = settled.agency_name.clone().map(|name| format!("{name}, ")).unwrap_or_default();
        let document = settled.document_number.as_ref().map(|number| format!(" (văn bản {number})"));
        let refused = settled.refusal_reason.filter(|_| settled.status == Status::Refused);
        Self {
            reference: settled.reference.to_string(),
            title: settled.title.reveal().to_owned(),
            about: format!("{place}{} · {}", words::date(settled.submitted_at), likeness(settled.likeness)),
            answer: match (refused, &settled.answer) {
                (Some(reason), _) => format!("Đã từ chối: {}.", notices.refusal(reason).label.to_lowercase()),
                (None, Some(answer)) => beginning(answer, ANSWER_SHOWN) + &document.unwrap_or_default(),
                (None, None) => settled.status.word().to_owned(),
            },
            opinion: opinion(settled),
        }
    }
}

fn opinion(settled: &Settled) -> Option<(&'static str, &'static str)> {
    match settled.rated {
        _ if settled.is_reopened => Some(("is-late", "Người gửi mở lại")),
        Some(4..) => Some(("is-done", "Người gửi hài lòng")),
        Some(..=2) => Some(("is-late", "Người gửi không hài lòng")),
        _ => None,
    }
}

fn likeness(of: f32) -> &'static str {
    match of {
        0.45.. => "rất giống",
        0.25.. => "giống",
        _ => "gần giống",
    }
}

/// An open petition that could be merged with the one on the page.
pub struct Near {
    pub reference: String,
    /// Which version of it is shown.
    pub version: i32,
    pub title: String,
    pub status: &'static str,
    pub status_class: &'static str,
    /// «UBND phường Láng, 18/11/2026, 09:10»
    pub about: String,
    /// «cùng người gửi»
    pub remarks: Vec<String>,
    /// Proposed by the machine: chosen at first.
    pub is_proposed: bool,
}

/// Everything open that this petition may belong to, oldest first. Not those that complain of this officer.
pub async fn near(connection: &mut PgConnection, petition: &Petition, officer_id: i64) -> Result<Vec<Near>, Failure> {
    let neighbours = alike::neighbours(connection, petition.petition_id).await?;
    let likeness = by_leader(&neighbours);
    let proposed = heap::proposed(connection, petition.petition_id).await?;
    let own = heap::of_same_citizen(connection, petition.petition_id, petition.citizen_id).await?;
    let ids: Vec<i64> = likeness.keys().chain(&proposed).chain(&own).copied().collect();
    let kin = heap::kin(connection, &ids).await?;
    let may_merge = |kin: &&Kin| {
        kin.petition_id != petition.petition_id && kin.heap_id.is_none() && !kin.named.contains(&officer_id)
    };
    let row = |kin: &Kin| {
        let is_alike = likeness.contains_key(&kin.petition_id) || proposed.contains(&kin.petition_id);
        drawn(kin, kin.citizen_id == petition.citizen_id, is_alike)
    };
    Ok(kin.iter().filter(may_merge).map(row).collect())
}

/// The likest of each heap speaks for it.
fn by_leader(neighbours: &[Neighbour]) -> BTreeMap<i64, f32> {
    let mut likest = BTreeMap::new();
    for neighbour in neighbours {
        // one that was only proposed to follow another is merged by itself
        likest.entry(neighbour.petition_id).or_insert(neighbour.likeness);
        likest.entry(neighbour.leader_id).or_insert(neighbour.likeness);
    }
    likest
}

fn drawn(kin: &Kin, is_same_citizen: bool, is_alike: bool) -> Near {
    let place = kin.agency_name.clone().map(|name| format!("{name}, ")).unwrap_or_default();
    let remarks = [
        is_same_citizen.then(|| "cùng người gửi".to_owned()),
        is_alike.then(|| "cùng nơi, nội dung giống".to_owned()),
        (kin.followers > 0).then(|| format!("đã gộp {} phản ánh", kin.followers + 1)),
    ];
    Near {
        reference: kin.reference.to_string(),
        version: kin.version,
        title: kin.title.reveal().to_owned(),
        status: kin.status.word(),
        status_class: status_class(kin.status),
        about: format!("{place}{}", words::moment(kin.submitted_at)),
        remarks: remarks.into_iter().flatten().collect(),
        is_proposed: is_alike && kin.status.is_open(),
    }
}
