//! Whom a petition complains of: they never see it, whatever their role.
//!
//! The machine reads full names, whole words, compared without diacritics, among the officers of the agencies concerned and
//! of the focal office. In a petition on conduct it marks them at once, on the safe side; the focal office can take a mark
//! away, or set one.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::officer::{self, Colleague};
use crate::petition::{Action, Category, Details, Event, Petition, Status, event, follow_up, moves, named, store};
use crate::privacy::Personal;

use super::mask::names;
use super::{CaseError, Hand, Rules};

/// Somebody who may be meant.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub officer_id: i64,
    pub name: String,
    pub agency_name: String,
    /// The full name stands in what the sender told.
    pub is_found: bool,
    pub is_named: bool,
}

/// Everybody in the agencies concerned and the focal office, those first who are named or whose names were found.
pub async fn naming(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
) -> Result<Vec<Candidate>, CaseError> {
    let told = follow_up::of(connection, petition.petition_id).await?;
    let more = told.iter().map(|told| told.words.reveal()).collect::<Vec<_>>().join("\n");
    let text = format!("{}\n{more}", text_of(&petition.details));
    let candidates = colleagues(rules, connection, petition).await?.into_iter().map(|colleague| Candidate {
        is_found: names(&text, &colleague.name),
        is_named: petition.named.contains(&colleague.officer_id),
        officer_id: colleague.officer_id,
        name: colleague.name,
        agency_name: colleague.agency_name,
    });
    let mut candidates: Vec<Candidate> = candidates.collect();
    candidates.sort_by_key(|candidate| !(candidate.is_named || candidate.is_found));
    Ok(candidates)
}

/// The full names of the officers it complains of.
pub async fn named_officers(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
) -> Result<Vec<String>, CaseError> {
    let candidates = naming(rules, connection, petition).await?;
    let is_meant = |candidate: &Candidate| {
        candidate.is_named || candidate.is_found && petition.details.category == Category::OfficialConduct
    };
    Ok(candidates.into_iter().filter(is_meant).map(|candidate| candidate.name).collect())
}

/// Marks these officers, and no others, as those it complains of.
pub async fn name_officers(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    officer_ids: &[i64],
) -> Result<(), CaseError> {
    let reference = hand.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    if petition.version != hand.version {
        return Err(CaseError::Stale);
    }
    let known = colleagues(rules, connection, &petition).await?;
    let is_known = |id: &i64| known.iter().any(|known| known.officer_id == *id) || petition.named.contains(id);
    if !officer_ids.iter().all(is_known) {
        let say = "Chọn trong danh sách cán bộ của cơ quan bị phản ánh, cơ quan giải quyết hoặc đơn vị đầu mối.";
        return Err(CaseError::invalid("officer", say));
    }
    if officer::focal_officers_besides(connection, officer_ids).await? == 0 {
        let say = "Không còn cán bộ đầu mối nào xem được phản ánh. Mở thêm một tài khoản đầu mối trước.";
        return Err(CaseError::invalid("officer", say));
    }
    let added: Vec<i64> = officer_ids.iter().copied().filter(|id| !petition.named.contains(id)).collect();
    let removed: Vec<i64> = petition.named.iter().copied().filter(|id| !officer_ids.contains(id)).collect();
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    named::remove(connection, petition.petition_id, &removed).await?;
    named::add(connection, petition.petition_id, &added).await?;
    moves::touched(connection, petition.petition_id).await?;
    let line = line(petition.petition_id, petition.status, &added, &removed, hand.at);
    Ok(event::record(connection, &Event { officer_id: Some(hand.officer_id), ..line }).await?)
}

/// Marks whom a petition on conduct names among the officers of these agencies and of the focal office. Who is marked
/// already stays so. To be called before the petition is moved.
pub(super) async fn name_by_machine(
    rules: &Rules,
    connection: &mut PgConnection,
    told: &Told<'_>,
    agencies: &[Option<&str>],
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    if told.details.category != Category::OfficialConduct {
        return Ok(());
    }
    let text = format!("{}\n{}", text_of(told.details), told.more);
    let agencies = agencies.iter().copied().flatten().chain([rules.focal_agency.as_str()]);
    let colleagues = officer::colleagues(connection, &agencies.collect::<Vec<_>>()).await?;
    let meant = colleagues.into_iter().filter(|colleague| names(&text, &colleague.name));
    let meant: Vec<i64> = meant.map(|colleague| colleague.officer_id).filter(|id| !told.named.contains(id)).collect();
    // somebody has to receive it: with nobody left, who is meant is for the office to decide
    if meant.is_empty() || officer::focal_officers_besides(connection, &meant).await? == 0 {
        return Ok(());
    }
    named::add(connection, told.petition_id, &meant).await?;
    Ok(event::record(connection, &line(told.petition_id, told.status, &meant, &[], at)).await?)
}

/// What the machine reads.
pub(super) struct Told<'a> {
    pub petition_id: i64,
    pub status: Status,
    pub details: &'a Details,
    /// What was said after filing.
    pub more: &'a str,
    pub named: &'a [i64],
}

impl<'a> Told<'a> {
    pub(super) fn of(petition: &'a Petition, more: &'a str) -> Self {
        let Petition { petition_id, status, details, named, .. } = petition;
        Self { petition_id: *petition_id, status: *status, details, more, named }
    }
}

async fn colleagues(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
) -> Result<Vec<Colleague>, CaseError> {
    let agencies = [
        Some(rules.focal_agency.as_str()),
        petition.details.target_agency_id.as_deref(),
        petition.handling_agency_id.as_deref(),
    ];
    let agencies: Vec<&str> = agencies.into_iter().flatten().collect();
    Ok(officer::colleagues(connection, &agencies).await?)
}

fn text_of(details: &Details) -> String {
    let parts = [Some(&details.title), Some(&details.content), details.proposal.as_ref(), details.incident.as_ref()];
    parts.into_iter().flatten().map(Personal::reveal).collect::<Vec<_>>().join("\n")
}

/// Who was marked is told by their keys: the history is read by others.
fn line(petition_id: i64, status: Status, added: &[i64], removed: &[i64], at: DateTime<Utc>) -> Event {
    let detail = json!({ "named": added, "cleared": removed });
    Event { petition_id, action: Action::Name, from: Some(status), to: status, officer_id: None, detail, at }
}
