//! What happened to a petition, for officers: newest first.

use super::super::words;
use super::sender::Veil;
use crate::casework::notices::Notices;
use crate::petition::{Action, HistoryLine, Petition, RefusalReason};

pub struct HistoryRow {
    pub what: String,
    pub when: String,
    pub iso: String,
    /// Who did it, and what belongs to it.
    pub detail: String,
}

/// The newest first.
pub fn draw(lines: &[HistoryLine], notices: &Notices, veil: &Veil) -> Vec<HistoryRow> {
    lines.iter().rev().map(|line| row(line, notices, veil)).collect()
}

/// What happened since the history had `seen` lines; that somebody looked at the sender or called them changes nothing for
/// whoever fills in a form.
pub fn news(lines: &[HistoryLine], seen: usize, notices: &Notices, veil: &Veil) -> Vec<HistoryRow> {
    let since = lines.get(seen..).unwrap_or_default().iter().rev();
    since
        .filter(|line| !matches!(line.action, Action::Reveal | Action::Call))
        .map(|line| row(line, notices, veil))
        .collect()
}

fn row(line: &HistoryLine, notices: &Notices, veil: &Veil) -> HistoryRow {
    let who = match (&line.officer_name, line.action) {
        (Some(officer), _) => officer.clone(),
        (None, Action::File | Action::Supplement | Action::Add | Action::Withdraw | Action::Reopen | Action::Rate) => {
            "Người gửi, qua Zalo".to_owned()
        }
        (None, _) => "Tự động".to_owned(),
    };
    let agency = line.agency_name.as_ref().map(|agency| format!("giao {agency}"));
    let asked = line.detail.get("asked").and_then(|asked| asked.as_str()).map(|asked| veil.office(asked));
    let missed = line.action == Action::Call && line.detail.get("reached") == Some(&false.into());
    let missed = missed.then(|| "chưa gọi được".to_owned());
    let reason = line.detail.get("reason").and_then(|reason| reason.as_str()?.parse::<RefusalReason>().ok());
    let reason = reason.map(|reason| notices.refusal(reason).label.to_lowercase());
    HistoryRow {
        what: line.action.word().to_owned(),
        when: words::moment(line.at),
        iso: words::iso(line.at),
        detail: [Some(who), agency, asked, reason, missed].into_iter().flatten().collect::<Vec<_>>().join(": "),
    }
}

/// One desk the petition lay on.
pub struct Desk {
    pub name: String,
    pub when: String,
    pub class: &'static str,
    pub is_current: bool,
    pub is_ahead: bool,
}

/// The desks from the first to the one that holds it, and what comes next.
pub fn custody(petition: &Petition, is_late: bool) -> Vec<Desk> {
    let desk =
        |name: &str, when: String| Desk { name: name.to_owned(), when, class: "", is_current: false, is_ahead: false };
    let mut desks = vec![desk("Văn phòng UBND Thành phố", format!("nhận {}", words::date(petition.submitted_at)))];
    if let (Some(agency), Some(accepted_at)) = (&petition.handling_agency_name, petition.accepted_at) {
        desks.push(desk(agency, format!("giao {}", words::date(accepted_at))));
    }
    if let Some(answered_at) = petition.answered_at {
        desks.push(desk("Văn phòng UBND Thành phố", format!("duyệt trả lời từ {}", words::date(answered_at))));
    }
    if let Some(closed_at) = petition.closed_at {
        desks.push(desk(petition.status.word(), words::date(closed_at)));
    }
    if let Some(current) = desks.last_mut() {
        current.is_current = true;
        current.class = match (petition.closed_at.is_some(), is_late) {
            (true, _) => "is-done",
            (false, true) => "is-late",
            (false, false) => "is-new",
        };
    }
    if let Some(next) = ahead(petition) {
        desks.push(Desk { is_ahead: true, ..desk(next, "bước tiếp theo".to_owned()) });
    }
    desks
}

fn ahead(petition: &Petition) -> Option<&'static str> {
    match (petition.closed_at, petition.answered_at, petition.accepted_at) {
        (Some(_), ..) => None,
        (None, Some(_), _) => Some("Công khai và báo người gửi"),
        (None, None, Some(_)) => Some("Trả lời"),
        (None, None, None) => Some("Giao nơi giải quyết"),
    }
}
