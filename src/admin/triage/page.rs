//! The page: one new petition and everything that can be decided about it.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::petition::enclosed::{Enclosed, Enclosures};
use super::super::petition::history::{self, HistoryRow};
use super::super::petition::sender::{self, Sender, Veil};
use super::super::petition::supplement::{self, Told};
use super::super::petition::{FieldError, Letter, address, commune_agency, due, error_of, failure, find, seen};
use super::super::visit::Visit;
use super::super::words::{self, Due, status_class};
use super::ask::{self, Item};
use super::kin::{self, Like, Near};
use super::refusal;
use super::verdict::Verdict;
use super::walk::Walk;
use crate::casework::{self, Because, Departure, Proposal};
use crate::http::text::marked;
use crate::http::{Failure, Query, page};
use crate::officer::{self, Right, Role};
use crate::petition::triage::{self, Classification, Place};
use crate::petition::{
    Action, Category, Field, Kind, Petition, Reference, RefusalReason, attachment, event, follow_up, heap, reading,
    similar,
};
use crate::vietnamese::nfc;

/// What comes back with the page when something was not taken, or is to be looked at first.
#[derive(Default)]
pub(super) struct Again {
    pub errors: Vec<FieldError>,
    pub agency_id: Option<String>,
    /// What is asked, and the words for it.
    pub asking: Option<Asking>,
    pub refusal: Option<(Option<RefusalReason>, String)>,
    /// Where it was to be sent out.
    pub departure: Option<Departure>,
    /// How it was to be filed, and whether as urgent.
    pub classifying: Option<(Classification, bool)>,
    /// How many lines the history had when the stale form was drawn.
    pub stale_since: Option<usize>,
    /// The part of the page that was in use.
    pub open: &'static str,
}

/// What an officer is about to ask for.
#[derive(Clone, Default)]
pub(super) struct Asking {
    pub items: Vec<String>,
    pub asked: String,
    pub words: String,
}

#[derive(Template)]
#[template(path = "admin/templates/triage.html", config = "src/http/askama.toml")]
struct TriagePage {
    frame: Frame,
    walk: Walk,
    place: Option<Place>,
    /// Still in the line: everything can be decided.
    is_waiting: bool,
    petition: Petition,
    reference: String,
    status_class: &'static str,
    due: Option<Due>,
    submitted: String,
    submitted_iso: String,
    sender: Sender,
    words: String,
    attachments: Vec<Enclosed>,
    told: Vec<Told>,
    verdict: Option<Verdict>,
    proposal: Option<Proposal>,
    agencies: Vec<(String, String)>,
    agency_id: String,
    central: Vec<(String, String)>,
    departure: Departure,
    likes: Vec<Like>,
    near: Vec<Near>,
    followers: usize,
    readers: Vec<(String, String)>,
    items: [Item; 7],
    asking: Asking,
    classifying: (Classification, bool),
    reasons: Vec<(&'static str, String)>,
    reason: Option<RefusalReason>,
    refusal_text: String,
    letter: Option<Letter>,
    errors: Vec<FieldError>,
    news: Option<Vec<HistoryRow>>,
    seen: usize,
    open: &'static str,
}

#[derive(Template)]
#[template(path = "admin/templates/triage_done.html", config = "src/http/askama.toml")]
struct DonePage {
    frame: Frame,
    /// Some were picked, and those are done.
    is_picked: bool,
}

impl TriagePage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }

    fn post(&self, what: &str) -> String {
        self.walk.post(&self.petition.reference, what)
    }

    /// For the template: the fold that stands open.
    fn fold(&self, name: &str) -> &'static str {
        if self.open == name { " open" } else { "" }
    }

    fn is_asked(&self, item: &Item) -> bool {
        self.asking.items.iter().any(|name| name == item.name)
    }

    fn is_chosen(&self, name: &str) -> bool {
        self.reason.is_some_and(|reason| reason.name() == name)
    }

    /// What the proposed agency rests on.
    fn because(&self) -> &'static str {
        match self.proposal.as_ref().map(|proposal| proposal.because) {
            Some(Because::Named) => "Người gửi nêu tên.",
            Some(Because::Told) => "Theo việc và tên nơi nêu trong lời người gửi.",
            Some(Because::Lives) => "Nơi người gửi ở; trong lời chưa nêu cơ quan nào.",
            None => "Chưa đoán được nơi giải quyết.",
        }
    }
}

pub(super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Triage)?;
    let walk = Walk::read(&query);
    let mut connection = state.pool.acquire().await?;
    let place = place(&mut connection, &walk, &visit).await?;
    match place {
        Some(place) => {
            let html = draw(&state, &visit, &mut connection, walk, place.reference, Again::default()).await?;
            // given back before another is asked for: a page that holds one and waits for a second can block them all
            drop(connection);
            seen(&state, &visit, &place.reference.to_string(), "triage").await?;
            Ok(html)
        }
        None => {
            triage::close(&mut connection, visit.officer.officer_id).await?;
            let frame = Frame::draw(&mut connection, &state, &visit, Section::Triage).await?;
            page(&DonePage { frame, is_picked: !walk.of.is_empty() })
        }
    }
}

/// Draws the page of a petition again, whether it still waits or not.
pub(super) async fn again(
    state: &AdminState,
    visit: &Visit,
    walk: Walk,
    reference: Reference,
    again: Again,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let html = draw(state, visit, &mut connection, Walk { at: Some(reference), ..walk }, reference, again).await?;
    drop(connection);
    seen(state, visit, &reference.to_string(), "triage").await?;
    Ok(html)
}

async fn place(connection: &mut PgConnection, walk: &Walk, visit: &Visit) -> Result<Option<Place>, Failure> {
    let officer_id = visit.officer.officer_id;
    Ok(match walk.of.is_empty() {
        true => triage::place(connection, walk.at.as_ref(), officer_id).await?,
        false => triage::place_among(connection, &walk.of, walk.at.as_ref(), officer_id).await?,
    })
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    connection: &mut PgConnection,
    walk: Walk,
    reference: Reference,
    again: Again,
) -> Result<Html<String>, Failure> {
    let petition = find(connection, visit, &reference.to_string(), Right::Triage).await?;
    let place = place(connection, &walk, visit).await?;
    triage::open(connection, petition.petition_id, visit.officer.officer_id, visit.at).await?;
    let readers = triage::readers(connection, petition.petition_id, visit.officer.officer_id, visit.at).await?;
    let lines = event::history(connection, petition.petition_id).await?;
    let files = attachment::of(connection, petition.petition_id).await?;
    let told = follow_up::of(connection, petition.petition_id).await?;
    let filed = files.iter().chain(told.iter().flat_map(|told| &told.attachments));
    let is_focal = visit.officer.role == Role::FocalOffice;
    let enclosures = Enclosures::read(connection, filed, address(&petition.reference), is_focal).await?;
    let reading = reading::of(connection, petition.petition_id).await?;
    let title = petition.details.title.reveal();
    let settled = similar::settled(connection, petition.petition_id, title, visit.officer.officer_id).await?;
    let near = kin::near(connection, &petition, visit.officer.officer_id).await?;
    let followers = heap::members(connection, petition.petition_id).await?.len();
    let proposal = casework::proposed_agency(connection, &petition).await.map_err(failure)?;
    let commune = commune_agency(connection, &petition).await?;
    let agencies = officer::agencies_of_the_city(connection).await?;
    let central = officer::agencies_of_ministries(connection).await?;
    let frame = Frame::draw(connection, state, visit, Section::Triage).await?;

    let besides = casework::besides(&petition);
    let veil = Veil::of(visit, &petition, false);
    let petition = sender::shown(petition, &veil);
    let class = reading.as_ref().map(|reading| reading.class.clone());
    let notices = &state.rules.notices;
    let (reason, refusal_text) = again.refusal.unwrap_or_else(|| {
        let reason = refusal::proposed(class.as_deref());
        (reason, reason.map(|reason| refusal::text(notices, reason, "")).unwrap_or_default())
    });
    let content = nfc(petition.details.content.reveal());
    let marks: Vec<&str> =
        reading.iter().flat_map(|reading| &reading.reasons).map(|reason| reason.words.as_str()).collect();
    let (theirs, ours): (Vec<&Proposal>, Vec<&Proposal>) = proposal.iter().partition(|proposal| proposal.is_central);
    let id = |of: &[&Proposal]| of.first().map(|proposal| proposal.agency_id.clone()).unwrap_or_default();
    page(&TriagePage {
        is_waiting: petition.after(Action::Accept).is_some() && petition.heap_id.is_none(),
        status_class: status_class(petition.status),
        due: due(&petition, &frame, visit).0,
        submitted: words::moment(petition.submitted_at),
        submitted_iso: words::iso(petition.submitted_at),
        sender: Sender::of(&petition, commune.as_deref(), false, false),
        words: marked(&content, &marks).0,
        attachments: enclosures.draw_all(&files, &veil),
        told: supplement::draw(&told, &lines, Some(&enclosures), &veil),
        verdict: reading.map(|reading| Verdict::of(&reading, besides)),
        agency_id: again.agency_id.unwrap_or_else(|| id(&ours)),
        departure: again.departure.unwrap_or_else(|| Departure { agency_id: id(&theirs), ..Departure::default() }),
        central,
        agencies,
        likes: settled.iter().map(|settled| Like::of(settled, notices)).collect(),
        near,
        followers,
        readers: readers.into_iter().map(|(name, opened_at)| (name, words::clock(opened_at))).collect(),
        items: ask::ITEMS,
        asking: again.asking.unwrap_or_else(|| Asking {
            items: ask::missing(&petition, class.as_deref()).into_iter().map(str::to_owned).collect(),
            ..Asking::default()
        }),
        classifying: again.classifying.unwrap_or_else(|| {
            let (category, kind) = (petition.details.category, petition.details.kind);
            (Classification { category, kind, field: petition.field }, petition.is_urgent)
        }),
        reasons: refusal::reasons(notices),
        letter: reason.map(|reason| {
            let message = casework::refusal_notice(&state.rules, &petition, reason, &refusal_text);
            Letter { text: message.text, buttons: message.buttons.into_iter().map(|button| button.title).collect() }
        }),
        reason,
        refusal_text,
        errors: again.errors,
        news: again.stale_since.map(|seen| history::news(&lines, seen, notices, &veil)),
        seen: lines.len(),
        open: again.open,
        reference: petition.reference.to_string(),
        proposal,
        place,
        walk,
        petition,
        frame,
    })
}
