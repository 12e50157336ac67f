//! The page of one petition: reads what stands on it, and puts its cards together.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use serde::Deserialize;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::field::Field;
use super::super::frame::{Frame, Section};
use super::super::trouble;
use super::super::visit::Visit;
use super::super::words::{self, Due, status_class};
use super::answer_files::{FileRow, rows};
use super::chat::{self, Chat};
use super::custody::{Chain, Desk};
use super::desks::TypedMove;
use super::doings::Doings;
use super::enclosed::{Enclosed, Enclosures};
use super::gate::{Gate, Making, Waiting};
use super::heap::{self, HeapPanel};
use super::history::{self, HistoryRow};
use super::late::{self, LatePanel};
use super::moves::failure;
use super::places::Places;
use super::sender::{self, Sender, Veil};
use super::supplement::{self, Told, TypedRequest};
use super::verdict::Verdict;
use super::{FieldError, address, error_of, find, may_on, seen};
use crate::casework::{self, AnswerDraft, Candidate};
use crate::http::{Failure, Path, Query, page};
use crate::officer::{self, Right, Role};
use crate::petition::answer::Alike;
use crate::petition::{
    Answer, Category, Details, Extra, Petition, Publication, Status, answer as answers, answer_file, assignment,
    attachment, draft as drafts, event, extra, follow_up, reading,
};

/// How many messages stand beside the petition at first.
pub(super) const MESSAGES: i64 = 30;
/// And when the older ones are asked for.
const ALL_MESSAGES: i64 = 1_000;

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    chat: String,
}

/// What comes back with the page when a form was not taken.
#[derive(Default)]
pub(super) struct Again {
    pub errors: Vec<FieldError>,
    pub agency_id: Option<String>,
    pub answer: Option<AnswerDraft>,
    /// Somebody else saved another draft meanwhile.
    pub is_draft_stale: bool,
    /// The earlier answer that says nearly the same.
    pub alike: Option<Alike>,
    /// Which of the forms that move it was not taken, and what was typed into it.
    pub form: &'static str,
    pub moved: TypedMove,
    pub word: Option<String>,
    pub asking: Option<TypedRequest>,
    /// How many lines the history had when the stale form was drawn.
    pub stale_since: Option<usize>,
}

#[derive(Template)]
#[template(path = "admin/templates/petition.html", config = "src/http/askama.toml")]
struct PetitionPage {
    frame: Frame,
    petition: Petition,
    reference: String,
    status_class: &'static str,
    status_word: &'static str,
    holder: String,
    doings: Doings,
    /// Where it can go, and to whom.
    places: Places,
    /// Which form was not taken, and what was typed into it.
    form: &'static str,
    moved: TypedMove,
    gate: Option<Gate>,
    waiting: Option<Waiting>,
    /// What went out with the answer that stands.
    answer_files: Vec<FileRow>,
    due: Option<Due>,
    due_what: &'static str,
    custody: Vec<Desk>,
    sender: Sender,
    remark: Option<&'static str>,
    submitted: String,
    submitted_iso: String,
    /// The citizen's words, as far as this officer may read them.
    content: String,
    /// Conduct: «8h30, 18/11/2026, khâu tiếp nhận», as far as it is known.
    incident_moment: Option<String>,
    /// Labels and answers of the office's own questions.
    extra: Vec<(String, String)>,
    attachments: Vec<Enclosed>,
    /// So many came along that this officer does not see.
    closed_attachments: usize,
    /// The officers it complains of, for who may mark them.
    named: Option<Vec<String>>,
    /// What the machine takes it for, and why: a proposal.
    verdict: Option<Verdict>,
    /// Why it was refused.
    refusal: Option<String>,
    answer: Option<Answer>,
    publication: Option<Publication>,
    agency_id: String,
    /// When the sender was asked for what has not come.
    asked_at: String,
    /// Since when the sender waits for an officer to write about this petition.
    wants_officer: Option<(String, String)>,
    /// What was typed to ask the sender for something.
    asking: TypedRequest,
    /// What the sender said after filing.
    told: Vec<Told>,
    /// What was typed to be said to the sender.
    word: String,
    /// What was typed into a form that is gone.
    orphan: Option<String>,
    errors: Vec<FieldError>,
    /// What happened since a stale form was drawn.
    news: Option<Vec<HistoryRow>>,
    history: Vec<HistoryRow>,
    /// Others that say the same.
    heap: Option<HeapPanel>,
    late: LatePanel,
    seen: usize,
    /// None for who does not talk with the sender.
    chat: Option<Chat>,
}

impl PetitionPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }

    /// A field of one line.
    fn line<'a>(&'a self, id: &'a str, label: &'a str, hint: &'a str, value: &'a str) -> Field<'a> {
        Field { id, name: id, label, hint, value, error: self.error(id), rows: None, mode: "text" }
    }

    /// A field for a day.
    fn day<'a>(&'a self, id: &'a str, label: &'a str, hint: &'a str, value: &'a str) -> Field<'a> {
        Field { mode: "numeric", ..self.line(id, label, hint, value) }
    }

    /// A field for sentences.
    fn lines<'a>(&'a self, id: &'a str, label: &'a str, hint: &'a str, value: &'a str) -> Field<'a> {
        Field { rows: Some(3), ..self.line(id, label, hint, value) }
    }

    /// Why this is done: a field that several forms of the page have, each under its own name.
    fn reason<'a>(&'a self, form: &'a str, label: &'a str, hint: &'a str) -> Field<'a> {
        let id = super::desks::place(form, "reason");
        let value = if self.form == form { self.moved.reason.as_str() } else { "" };
        Field { name: "reason", ..self.lines(id, label, hint, value) }
    }

    /// The code of the national system, which two forms of the page have.
    fn code<'a>(&'a self, form: &'a str, label: &'a str, hint: &'a str) -> Field<'a> {
        let id = super::desks::place(form, "national_code");
        let value = if self.form == form { self.moved.national_code.as_str() } else { "" };
        Field { name: "national_code", ..self.line(id, label, hint, value) }
    }

    /// Whether this form was not taken: then it is open.
    fn is_form(&self, form: &str) -> bool {
        self.form == form
    }

    /// Whether this officer was chosen, or has it now.
    fn is_handler(&self, officer_id: &i64) -> bool {
        match self.form {
            "assignment" => self.moved.handler_id == officer_id.to_string(),
            _ => self.petition.handler_id == Some(*officer_id),
        }
    }

    /// Whether this was chosen in a form that was not taken.
    fn is_picked(&self, form: &str, typed: &str, value: &str) -> bool {
        self.form == form && typed == value
    }
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let limit = if asked.chat == "all" { ALL_MESSAGES } else { MESSAGES };
    seen(&state, &visit, &reference, "petition").await?;
    draw(&state, &visit, &reference, Again::default(), limit).await
}

/// Draws the page, with what was typed and why it was not taken.
pub(super) async fn again(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    again: Again,
) -> Result<Html<String>, Failure> {
    draw(state, visit, reference, again, MESSAGES).await
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    again: Again,
    messages: i64,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::See).await?;
    let reference = petition.reference.to_string();
    let own = address(&petition.reference);
    let lines = event::history(&mut connection, petition.petition_id).await?;
    let answer = answers::latest(&mut connection, petition.petition_id).await?;
    let publication = answers::publication(&mut connection, petition.petition_id).await?;
    let attachments = attachment::of(&mut connection, petition.petition_id).await?;
    let reading = reading::of(&mut connection, petition.petition_id).await?;
    let extra = extra::of(&mut connection, petition.petition_id).await?;
    let heard = chat::read(&mut connection, state, visit, &petition, messages).await?;
    let commune = commune_agency(&mut connection, &petition).await?;
    let called_at = trouble::called_about(&mut connection, petition.petition_id).await?;
    let told = follow_up::of(&mut connection, petition.petition_id).await?;
    let is_focal = visit.officer.role == Role::FocalOffice;
    let filed = attachments.iter().chain(told.iter().flat_map(|told| &told.attachments));
    let enclosures = Enclosures::read(&mut connection, filed, own.clone(), is_focal).await?;
    let heap = heap::panel(&mut connection, visit, &petition).await?;
    let enclosures = Some(enclosures).filter(|_| may_on(visit, Right::Attachments, &petition));
    let named = match may_on(visit, Right::Name, &petition) {
        true => Some(casework::naming(&state.rules, &mut connection, &petition).await.map_err(failure)?),
        false => None,
    };
    let draft = drafts::of(&mut connection, petition.petition_id).await?;
    let files = answer_file::of(&mut connection, petition.petition_id).await?;
    let desks = assignment::of(&mut connection, &[petition.petition_id]).await?.remove(&petition.petition_id);
    let stays = assignment::stays(&desks.unwrap_or_default());
    let is_used_up =
        casework::is_used_up(&mut connection, &petition, visit.officer.officer_id).await.map_err(failure)?;
    let doings = Doings::of(&state.rules, visit, &petition, draft.as_ref(), is_used_up);
    let places = Places::read(&mut connection, &state.rules, &petition, &doings).await?;
    let section = if petition.status == Status::Answered { Section::Publish } else { Section::Work };
    let frame = Frame::draw(&mut connection, state, visit, section).await?;
    let late = late::draw(&mut connection, state, visit, &petition, (&lines, &frame.working_time)).await?;
    drop(connection);

    let may_reveal = may_on(visit, Right::Identity, &petition);
    let is_revealed = visit.take_revealed(&reference).await? && may_reveal;
    let veil = Veil::of(visit, &petition, is_revealed);
    let chat = heard.map(|heard| heard.draw(&petition, is_revealed, visit.at));
    let petition = sender::shown(petition, &veil);
    let (due, due_what) = due(&petition, &frame, visit);
    let may_see_draft = may_on(visit, Right::Handle, &petition) || may_on(visit, Right::Approve, &petition);
    let waiting = draft.as_ref().filter(|_| petition.approval_asked_at.is_some() && may_see_draft);
    let waiting = waiting.map(|draft| Waiting::draw(draft, &files, &own, visit.officer.officer_id));
    let orphan = again.answer.as_ref().filter(|_| !doings.answer).map(|answer| answer.did.clone());
    let gate = doings.answer.then(|| {
        Gate::draw(Making {
            draft: draft.as_ref(),
            typed: again.answer,
            is_draft_stale: again.is_draft_stale,
            alike: again.alike,
            files: &files,
            page: &own,
            officer_id: visit.officer.officer_id,
            needs_approval: casework::needs_approval(&state.rules, &petition),
            may_publish: may_on(visit, Right::Publish, &petition),
        })
    });
    let chain = Chain {
        rules: &state.rules,
        petition: &petition,
        stays: &stays,
        time: &frame.working_time,
        is_late: due.as_ref().is_some_and(|due| due.is_late),
        at: visit.at,
    };
    let sent_with = answer.as_ref().map(|answer| answer.answer_id);
    let notices = &state.rules.notices;
    let refusal = petition.refusal_reason.map(|reason| notices.refusal(reason).label.to_lowercase());
    page(&PetitionPage {
        refusal,
        verdict: reading.map(|reading| Verdict::draw(&reading, &lines, &veil)),
        custody: chain.draw(),
        frame,
        status_class: status_class(petition.status),
        status_word: match petition.approval_asked_at {
            Some(_) if petition.status.is_open() => "Chờ duyệt trả lời",
            _ => petition.status.word(),
        },
        holder: holder(&petition),
        doings,
        places,
        form: again.form,
        moved: again.moved,
        gate,
        waiting,
        answer_files: match may_on(visit, Right::Attachments, &petition) {
            true => rows(files.iter().filter(|file| file.answer_id.is_some() && file.answer_id == sent_with), &own),
            false => Vec::new(),
        },
        due,
        due_what,
        sender: Sender::of(&petition, commune.as_deref(), is_revealed, may_reveal),
        remark: (petition.details.category == Category::OfficialConduct).then_some("Thái độ cán bộ"),
        submitted: words::moment(petition.submitted_at),
        submitted_iso: words::iso(petition.submitted_at),
        content: petition.details.content.reveal().to_owned(),
        incident_moment: incident_moment(&petition.details),
        extra: extra_lines(extra, &veil),
        named: named.map(said_named),
        closed_attachments: if enclosures.is_some() { 0 } else { attachments.len() },
        attachments: enclosures.as_ref().map(|all| all.draw_all(&attachments, &veil)).unwrap_or_default(),
        answer: answer.map(|answer| Answer { body: veil.office(&answer.body), ..answer }),
        publication,
        agency_id: again.agency_id.or_else(|| petition.details.target_agency_id.clone()).unwrap_or_default(),
        asked_at: petition.awaiting.as_ref().map(|awaiting| words::moment(awaiting.since)).unwrap_or_default(),
        wants_officer: called_at.map(|called_at| (words::moment(called_at), words::iso(called_at))),
        asking: again.asking.unwrap_or_default(),
        told: supplement::draw(&told, &lines, enclosures.as_ref(), &veil),
        word: again.word.unwrap_or_default(),
        orphan,
        errors: again.errors,
        news: again.stale_since.map(|seen| history::news(&lines, seen, notices, &veil)),
        history: history::draw(&lines, notices, &veil),
        heap,
        late,
        seen: lines.len(),
        chat,
        reference,
        petition,
    })
}

/// «Lê Minh, UBND phường Láng»; who was found and is not marked is proposed.
fn said_named(candidates: Vec<Candidate>) -> Vec<String> {
    let likely = candidates.into_iter().filter(|candidate| candidate.is_named || candidate.is_found);
    let said = likely.map(|candidate| {
        let proposed = if candidate.is_named { "" } else { " (máy thấy tên trong lời kể, chưa ghi)" };
        format!("{}, {}{proposed}", candidate.name, candidate.agency_name)
    });
    said.collect()
}

/// What the sender answered may name them: hidden as in their messages, unless they were revealed.
fn extra_lines(extra: Vec<Extra>, veil: &Veil) -> Vec<(String, String)> {
    extra.into_iter().map(|extra| (extra.label, veil.aside(extra.value.reveal()))).collect()
}

/// The name of the commune's own committee stands for the commune; none outside the city.
pub(in super::super) async fn commune_agency(
    connection: &mut PgConnection,
    petition: &Petition,
) -> sqlx::Result<Option<String>> {
    match &petition.details.commune_code {
        Some(code) => officer::agency_name(connection, &format!("HN-{code}")).await,
        None => Ok(None),
    }
}

fn holder(petition: &Petition) -> String {
    match petition.status {
        _ if petition.is_new() => "Chưa ai nhận".to_owned(),
        Status::AwaitingSupplement => "Chờ người gửi".to_owned(),
        _ => {
            let agency = petition.handling_agency_name.clone().unwrap_or_default();
            let handler = petition.handler_name.clone().filter(|_| petition.status.is_open());
            handler.map_or(agency.clone(), |handler| format!("{handler}, {agency}"))
        }
    }
}

/// The deadline that counts now, and what it is for.
pub(in super::super) fn due(petition: &Petition, frame: &Frame, visit: &Visit) -> (Option<Due>, &'static str) {
    let is_new = petition.is_new();
    let (due_at, what) = match petition.status {
        _ if is_new => (Some(petition.accept_due_at), "tiếp nhận"),
        Status::Answered => (petition.publish_due_at, "công khai"),
        status if status.is_open() && status != Status::AwaitingSupplement => (Some(petition.answer_due_at), "trả lời"),
        Status::AwaitingSupplement => (petition.awaiting.as_ref().map(|awaiting| awaiting.due_at), "người gửi bổ sung"),
        _ => (None, ""),
    };
    (due_at.map(|due_at| Due::of(due_at, is_new, visit.at, &frame.working_time)), what)
}

/// Conduct: when and at which step of the counter.
fn incident_moment(details: &Details) -> Option<String> {
    let time = details.incident_time.map(|time| time.format("%-Hh%M").to_string());
    let day = details.incident_on.map(|day| day.format("%-d/%-m/%Y").to_string());
    let step = details.incident_step.map(|step| step.word().to_owned());
    let parts: Vec<String> = [time, day, step].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
