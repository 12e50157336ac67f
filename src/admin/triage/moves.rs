//! What is decided on the page: one post each, then the next petition.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use sqlx::{PgConnection, Postgres, Transaction};

use super::super::AdminState;
use super::super::petition::{FieldError, address, failure, find};
use super::super::visit::{Flash, Visit};
use super::super::words;
use super::ask;
use super::page::{self, Again, Asking};
use super::refusal;
use super::walk::Walk;
use crate::casework::{self, CaseError, Departure, Hand, SupplementRequest};
use crate::http::{Failure, Form, Path, Query};
use crate::officer::{self, Right};
use crate::petition::triage::Classification;
use crate::petition::{Petition, Reference, RefusalReason, heap};

type Pairs = Vec<(String, String)>;

/// The petition and its form, as they were on the screen.
#[derive(Clone, Copy)]
struct Drawn {
    version: i32,
    seen: usize,
}

/// A petition about which something is to be decided, in a transaction of its own. A handler that takes one cannot be reached by
/// whoever does not sort petitions.
pub(super) struct Desk {
    state: AdminState,
    visit: Visit,
    walk: Walk,
    transaction: Transaction<'static, Postgres>,
    petition: Petition,
    reference: String,
}

impl FromRequestParts<AdminState> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AdminState) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, state).await?;
        Self::take(parts, state, visit).await.map_err(IntoResponse::into_response)
    }
}

impl Desk {
    async fn take(parts: &mut Parts, state: &AdminState, visit: Visit) -> Result<Self, Failure> {
        let Path(reference) = Path::<String>::from_request_parts(parts, state).await?;
        let Query(query) = Query::<Pairs>::from_request_parts(parts, state).await?;
        let mut transaction = state.pool.begin().await?;
        let petition = find(&mut transaction, &visit, &reference, Right::Triage).await?;
        let reference = petition.reference.to_string();
        Ok(Self { state: state.clone(), visit, walk: Walk::read(&query), transaction, petition, reference })
    }

    fn hand<'h>(&self, reference: &'h str, version: i32) -> Hand<'h> {
        Hand { reference, version, officer_id: self.visit.officer.officer_id, at: self.visit.at }
    }

    /// Who was told: the sender, and those of the petitions that were moved with it.
    async fn told(&mut self) -> Result<String, Failure> {
        let now = find(&mut self.transaction, &self.visit, &self.reference, Right::Triage).await?;
        Ok(words::told(&heap::members(&mut self.transaction, now.petition_id).await?, now.status))
    }

    /// On to the next petition.
    async fn done(self, flash: Flash) -> Result<Response, Failure> {
        self.transaction.commit().await?;
        self.visit.go_on(&self.walk.to(Some(&self.petition.reference)), flash).await
    }

    /// Nothing was decided: the page again, with what to enter or with what happened meanwhile.
    async fn not_done(self, error: CaseError, again: Again, drawn: Drawn) -> Result<Response, Failure> {
        let (status, again) = match error {
            CaseError::Invalid { field, say } => {
                (StatusCode::UNPROCESSABLE_ENTITY, Again { errors: vec![FieldError { field, say }], ..again })
            }
            CaseError::Stale | CaseError::NotAllowed { .. } => {
                (StatusCode::CONFLICT, Again { stale_since: Some(drawn.seen), ..again })
            }
            other => return Err(failure(other)),
        };
        self.again(status, again).await
    }

    async fn again(self, status: StatusCode, again: Again) -> Result<Response, Failure> {
        let Self { state, visit, walk, transaction, petition, .. } = self;
        drop(transaction);
        Ok((status, page::again(&state, &visit, walk, petition.reference, again).await?).into_response())
    }
}

pub(super) async fn accept(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let (drawn, agency_id) = (drawn(&form)?, value(&form, "agency_id"));
    let reference = desk.reference.clone();
    let hand = desk.hand(&reference, drawn.version);
    match casework::accept(&desk.state.rules, &mut desk.transaction, hand, &agency_id).await {
        Ok(()) => {
            let agency = officer::agency_name(&mut desk.transaction, &agency_id).await?.unwrap_or_default();
            let flash = Flash::done(format!("Đã giao {agency}: {}.", short(&desk.petition)), desk.told().await?);
            desk.done(flash).await
        }
        Err(error) => {
            let again = Again { agency_id: Some(agency_id), open: "give", ..Again::default() };
            desk.not_done(error, again, drawn).await
        }
    }
}

pub(super) async fn ask(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let drawn = drawn(&form)?;
    let asking = asking(&form);
    let again = Again { asking: Some(asking.clone()), open: "ask", ..Again::default() };
    if value(&form, "act") == "preview" {
        return desk.again(StatusCode::OK, again).await;
    }
    let request = SupplementRequest { asked: asking.asked.clone(), words: asking.words };
    let reference = desk.reference.clone();
    let hand = desk.hand(&reference, drawn.version);
    match casework::request_supplement(&desk.state.rules, &mut desk.transaction, hand, &request).await {
        Ok(()) => {
            let strong = format!("Đã hỏi thêm {}: {}.", asking.asked, short(&desk.petition));
            desk.done(Flash::done(strong, "Hạn tạm dừng đến khi người gửi trả lời.")).await
        }
        Err(error) => desk.not_done(error, again, drawn).await,
    }
}

/// What the officer wrote, or what the chosen items say.
fn asking(form: &Pairs) -> Asking {
    let items: Vec<String> = form.iter().filter(|(name, _)| name == "item").map(|(_, item)| item.clone()).collect();
    let (asked, words) = ask::composed(&items);
    let typed = |name: &str, composed: String| match value(form, name) {
        typed if typed.trim().is_empty() => composed,
        typed => typed,
    };
    Asking { asked: typed("asked", asked), words: typed("words", words), items }
}

pub(super) async fn refuse(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let drawn = drawn(&form)?;
    let name = value(&form, "reason");
    let reason = name.parse::<RefusalReason>().ok();
    let typed = value(&form, "text");
    let text = reason.map_or(typed.clone(), |reason| refusal::text(&desk.state.rules.notices, reason, &typed));
    let again = Again { refusal: Some((reason, text.clone())), open: "refuse", ..Again::default() };
    if value(&form, "act") == "preview" {
        return desk.again(StatusCode::OK, again).await;
    }
    let reference = desk.reference.clone();
    let hand = desk.hand(&reference, drawn.version);
    match casework::refuse(&desk.state.rules, &mut desk.transaction, hand, &name, &text).await {
        Ok(()) => {
            let strong = format!("Đã từ chối, chỉ nơi nhận: {}.", short(&desk.petition));
            let flash = Flash::done(strong, desk.told().await?);
            desk.done(flash).await
        }
        Err(error) => desk.not_done(error, again, drawn).await,
    }
}

pub(super) async fn send_out(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let drawn = drawn(&form)?;
    let departure = Departure {
        agency_id: value(&form, "central_id"),
        national_code: value(&form, "national_code"),
        reason: value(&form, "departure_reason"),
    };
    let reference = desk.reference.clone();
    let hand = desk.hand(&reference, drawn.version);
    match casework::transfer_out(&desk.state.rules, &mut desk.transaction, hand, &departure).await {
        Ok(()) => {
            let agency = officer::agency_name(&mut desk.transaction, &departure.agency_id).await?.unwrap_or_default();
            let flash = Flash::done(format!("Đã chuyển {agency}: {}.", short(&desk.petition)), desk.told().await?);
            desk.done(flash).await
        }
        Err(error) => {
            let again = Again { departure: Some(departure), open: "send-out", ..Again::default() };
            let error = match error {
                // on this page the refusal has a reason of its own
                CaseError::Invalid { field: "reason", say } => CaseError::Invalid { field: "departure_reason", say },
                error => error,
            };
            desk.not_done(error, again, drawn).await
        }
    }
}

pub(super) async fn close(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let drawn = drawn(&form)?;
    let reference = desk.reference.clone();
    let hand = desk.hand(&reference, drawn.version);
    match casework::close_no_content(&mut desk.transaction, hand).await {
        Ok(()) => {
            let strong = format!("Đã đóng vì không có nội dung: {}.", short(&desk.petition));
            desk.done(Flash::done(strong, "Không gửi tin nào.")).await
        }
        Err(error) => desk.not_done(error, Again::default(), drawn).await,
    }
}

pub(super) async fn classify(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let drawn = drawn(&form)?;
    let details = &desk.petition.details;
    let classification = Classification {
        category: value(&form, "category").parse().unwrap_or(details.category),
        kind: value(&form, "kind").parse().unwrap_or(details.kind),
        field: value(&form, "field").parse().unwrap_or(desk.petition.field),
    };
    let reference = desk.reference.clone();
    let hand = desk.hand(&reference, drawn.version);
    let is_urgent = value(&form, "urgent") == "yes";
    let done = match casework::classify(&mut desk.transaction, hand, classification).await {
        Ok(()) if is_urgent != desk.petition.is_urgent => {
            let now = find(&mut desk.transaction, &desk.visit, &reference, Right::Triage).await?;
            let hand = desk.hand(&reference, now.version);
            let why = value(&form, "urgency_reason");
            match is_urgent {
                true => casework::mark_urgent(&desk.state.rules, &mut desk.transaction, hand, &why).await,
                false => casework::mark_ordinary(&mut desk.transaction, hand, &why).await,
            }
        }
        done => done,
    };
    match done {
        Ok(()) => desk.done(Flash::done("Đã ghi phân loại.", "Phản ánh vẫn chờ nhận.")).await,
        Err(error) => {
            let again = Again { open: "classify", classifying: Some((classification, is_urgent)), ..Again::default() };
            desk.not_done(error, again, drawn).await
        }
    }
}

pub(super) async fn merge(mut desk: Desk, Form(form): Form<Pairs>) -> Result<Response, Failure> {
    let drawn = drawn(&form)?;
    let again = Again { open: "merge", ..Again::default() };
    let chosen = chosen(&mut desk, &form, drawn).await?;
    let Some((leader, members)) = chosen.split_first().filter(|(_, members)| !members.is_empty()) else {
        let say = "Chọn ít nhất một phản ánh để gộp.".to_owned();
        return desk.not_done(CaseError::Invalid { field: "with", say }, again, drawn).await;
    };
    let hand = desk.hand(&leader.0, leader.1);
    match casework::merge(&desk.state.rules, &mut desk.transaction, hand, members).await {
        Ok(()) => {
            let flash = Flash::done(
                format!("Đã gộp {} phản ánh vào {}.", members.len(), leader.0),
                "Từ giờ làm một lần, mọi người gửi đều được báo.",
            );
            let leads: Reference = leader.0.parse().map_err(|_| Failure::NotFound)?;
            let flash = flash.leading_to(format!("{}#heap", address(&leads)), "Xem nhóm, tách ra");
            desk.done(flash).await
        }
        Err(error) => desk.not_done(error, again, drawn).await,
    }
}

/// The petition on the page and those chosen to go with it, each in the version that was shown; the one that leads first: which
/// leads already, else which has come furthest, else the earliest.
async fn chosen(desk: &mut Desk, form: &Pairs, drawn: Drawn) -> Result<Vec<(String, i32)>, Failure> {
    let mut versions = vec![(desk.reference.clone(), drawn.version)];
    for (_, with) in form.iter().filter(|(name, _)| name == "with") {
        let (reference, version) = with.split_once(':').ok_or(Failure::NotFound)?;
        let version = version.parse().map_err(|_| Failure::Unreadable("a version".to_owned()))?;
        let petition = find(&mut desk.transaction, &desk.visit, reference, Right::Triage).await?;
        versions.push((petition.reference.to_string(), version));
    }
    let leader = leader(&mut desk.transaction, &versions).await?;
    if let Some(at) = leader.and_then(|leader| versions.iter().position(|(reference, _)| *reference == leader)) {
        versions[..=at].rotate_right(1);
    }
    Ok(versions)
}

async fn leader(connection: &mut PgConnection, versions: &[(String, i32)]) -> Result<Option<String>, Failure> {
    let references: Vec<String> = versions.iter().map(|(reference, _)| reference.clone()).collect();
    let ids = heap::numbers(connection, &references).await?;
    let kin = heap::kin(connection, &ids).await?;
    let first = kin.iter().min_by_key(|kin| (kin.followers == 0, !kin.is_accepted, kin.petition_id));
    Ok(first.map(|kin| kin.reference.to_string()))
}

/// «0042-K»
fn short(petition: &Petition) -> String {
    petition.reference.short()
}

/// The value of a field, as typed; empty where there is none.
fn value(form: &Pairs, name: &str) -> String {
    form.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn drawn(form: &Pairs) -> Result<Drawn, Failure> {
    let unreadable = |_| Failure::Unreadable("which version was on the screen".to_owned());
    Ok(Drawn {
        version: value(form, "version").parse().map_err(unreadable)?,
        seen: value(form, "seen").parse().map_err(unreadable)?,
    })
}
