//! What happened to a petition, for officers: newest first.

use chrono::NaiveDate;

use super::super::words;
use super::late;
use super::sender::Veil;
use crate::casework::notices::Notices;
use crate::petition::{Action, HistoryLine, RefusalReason};

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
    let missed = line.action == Action::Call && line.detail.get("reached") == Some(&false.into());
    let missed = missed.then(|| "chưa gọi được".to_owned());
    let reason = line.detail.get("reason").and_then(|reason| reason.as_str()?.parse::<RefusalReason>().ok());
    let reason = reason.map(|reason| notices.refusal(reason).label.to_lowercase());
    let parts = [Some(who), agency(line), officer(line), said(line, "asked", veil), task(line, veil), reason];
    let late = late::told(line).map(|told| veil.office(&told));
    let why = said(line, "why", veil).filter(|_| late.is_none()).map(|why| format!("“{why}”"));
    let heap = heap(line);
    let code = said(line, "code", veil).map(|code| format!("mã {code}"));
    HistoryRow {
        what: line.action.word().to_owned(),
        when: words::moment(line.at),
        iso: words::iso(line.at),
        detail: parts.into_iter().chain([heap, code, why, late, missed]).flatten().collect::<Vec<_>>().join(": "),
    }
}

/// Where it went.
fn agency(line: &HistoryLine) -> Option<String> {
    let agency = line.agency_name.as_ref()?;
    Some(match line.action {
        Action::Transfer | Action::TransferOut => format!("chuyển {agency}"),
        Action::ReturnInternal => format!("trả về {agency}"),
        _ => format!("giao {agency}"),
    })
}

/// What it was merged with, or how it is filed now.
fn heap(line: &HistoryLine) -> Option<String> {
    let list = |name: &str| {
        let list = line.detail.get(name)?.as_array()?.iter().filter_map(|entry| entry.as_str());
        Some(list.collect::<Vec<_>>().join(", ")).filter(|list| !list.is_empty())
    };
    let leader = line.detail.get("leader").and_then(|leader| leader.as_str()).map(|leader| format!("vào {leader}"));
    leader.or_else(|| list("members").map(|members| format!("cùng {members}"))).or_else(|| list("changes"))
}

/// Whom it was given to, or who wrote what was released.
fn officer(line: &HistoryLine) -> Option<String> {
    let officer = line.other_officer_name.as_ref()?;
    Some(match line.action {
        Action::Answer => format!("duyệt bản của {officer}"),
        _ => format!("giao {officer}"),
    })
}

fn task(line: &HistoryLine, veil: &Veil) -> Option<String> {
    let task = said(line, "task", veil)?;
    let due_on = line.detail.get("due_on").and_then(|on| on.as_str()?.parse::<NaiveDate>().ok());
    Some(due_on.map_or(task.clone(), |on| format!("{task}, hạn {}", on.format("%d/%m/%Y"))))
}

fn said(line: &HistoryLine, name: &str, veil: &Veil) -> Option<String> {
    line.detail.get(name).and_then(|text| text.as_str()).map(|text| veil.office(text))
}
