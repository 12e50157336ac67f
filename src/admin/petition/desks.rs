//! What moves a petition from desk to desk: assigned within the agency, passed on, given back, sent on to a ministry.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::moves::{hand, not_taken};
use super::sheet::Again;
use super::{address, find, may_on};
use crate::casework::{self, CaseError, Departure, TaskDraft, Transferred};
use crate::http::{Failure, Form, Path};
use crate::officer::{self, Right};
use crate::petition::store;

pub(in super::super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/petitions/{reference}/assignment", post(assign))
        .route("/admin/petitions/{reference}/start", post(start))
        .route("/admin/petitions/{reference}/transfer", post(transfer))
        .route("/admin/petitions/{reference}/return", post(give_back))
        .route("/admin/petitions/{reference}/departure", post(send_out))
        .route("/admin/petitions/{reference}/national-code", post(note_code))
        .route("/admin/petitions/{reference}/approval", post(approve))
        .route("/admin/petitions/{reference}/sending-back", post(send_back))
}

/// One of these forms, as it was typed; the fields that it does not have are empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedMove {
    version: i32,
    seen: usize,
    pub handler_id: String,
    pub task: String,
    pub task_due_on: String,
    pub agency_id: String,
    pub national_code: String,
    pub reason: String,
}

/// Why a form of this name was not taken: its page again. Forms of one page have the same fields, so the errors get the form's
/// name.
async fn again(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    (form, typed): (&'static str, TypedMove),
    error: CaseError,
) -> Result<Response, Failure> {
    let seen = typed.seen;
    let again = Again { form, moved: typed, ..Again::default() };
    not_taken(state, visit, reference, error, again, seen).await
}

async fn assign(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Assign).await?;
    let reference = petition.reference.to_string();
    let draft = TaskDraft {
        handler_id: typed.handler_id.parse().ok(),
        what: typed.task.clone(),
        due_on: typed.task_due_on.clone(),
    };
    let done = casework::assign(&state.rules, &mut transaction, hand(&reference, typed.version, &visit), &draft).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("assignment", typed), error).await;
    }
    let handler = match draft.handler_id {
        Some(handler_id) => officer::find(&mut transaction, handler_id).await?.map(|officer| officer.name),
        None => None,
    };
    transaction.commit().await?;
    let strong = format!("Đã giao {}.", handler.unwrap_or_default());
    visit.go_on(&address(&petition.reference), Flash::done(strong, format!("Hạn {}.", draft.due_on.trim()))).await
}

async fn start(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Handle).await?;
    let reference = petition.reference.to_string();
    let done = casework::start(&mut transaction, hand(&reference, typed.version, &visit)).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("start", typed), error).await;
    }
    transaction.commit().await?;
    let flash = Flash::done("Đã bắt đầu xử lý.", "Người khác thấy phản ánh này đang có người làm.");
    visit.go_on(&address(&petition.reference), flash).await
}

async fn transfer(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Assign).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, typed.version, &visit);
    let done = casework::transfer(&state.rules, &mut transaction, hand, &typed.agency_id, &typed.reason).await;
    let went = match done {
        Ok(went) => went,
        Err(error) => {
            drop(transaction);
            return again(&state, &visit, &reference, ("transfer", typed), error).await;
        }
    };
    let agency = officer::agency_name(&mut transaction, &typed.agency_id).await?.unwrap_or_default();
    transaction.commit().await?;
    let flash = match went {
        Transferred::There => {
            Flash::done(format!("Đã chuyển {agency}."), "Người gửi được báo qua Zalo; hạn trả lời tính lại từ hôm nay.")
        }
        Transferred::ToTheOffice => Flash::done(
            "Đã chuyển về Văn phòng UBND Thành phố.",
            format!(
                "Đây là lần chuyển thứ ba: Văn phòng quyết định nơi giải quyết, không phải {agency}. Người gửi được báo."
            ),
        ),
        Transferred::Back => {
            Flash::done(format!("Đã giao lại {agency}."), "Người gửi không phải báo; hạn trả lời giữ nguyên.")
        }
    };
    gone_on(&state, &visit, &reference, flash).await
}

async fn give_back(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Assign).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, typed.version, &visit);
    let done = casework::return_internal(&state.rules, &mut transaction, hand, &typed.reason).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("return", typed), error).await;
    }
    transaction.commit().await?;
    let flash =
        Flash::done("Đã trả lại Văn phòng UBND Thành phố.", "Văn phòng giao nơi khác; người gửi không phải báo.");
    gone_on(&state, &visit, &reference, flash).await
}

async fn send_out(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Triage).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, typed.version, &visit);
    let departure = Departure {
        agency_id: typed.agency_id.clone(),
        national_code: typed.national_code.clone(),
        reason: typed.reason.clone(),
    };
    let done = casework::transfer_out(&state.rules, &mut transaction, hand, &departure).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("departure", typed), error).await;
    }
    let agency = officer::agency_name(&mut transaction, &departure.agency_id).await?.unwrap_or_default();
    transaction.commit().await?;
    let rest = match departure.national_code.trim() {
        "" => "Người gửi được báo. Có mã quốc gia thì ghi vào trang này, người gửi được báo mã.",
        _ => "Người gửi được báo, kèm mã quốc gia.",
    };
    visit.go_on(&address(&petition.reference), Flash::done(format!("Đã chuyển {agency}."), rest)).await
}

async fn note_code(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Triage).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, typed.version, &visit);
    let done = casework::note_national_code(&state.rules, &mut transaction, hand, &typed.national_code).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("code", typed), error).await;
    }
    transaction.commit().await?;
    let flash = Flash::done("Đã ghi mã quốc gia.", "Phản ánh đã chuyển trung ương thì người gửi được báo mã.");
    visit.go_on(&address(&petition.reference), flash).await
}

async fn approve(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Approve).await?;
    let reference = petition.reference.to_string();
    let done = casework::approve(&state.rules, &mut transaction, hand(&reference, typed.version, &visit)).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("approval", typed), error).await;
    }
    transaction.commit().await?;
    let page = address(&petition.reference);
    if may_on(&visit, Right::Publish, &petition) {
        let rest = "Người gửi chưa được báo: xem trước rồi công khai ở trang này.";
        return visit.go_on(&format!("{page}/publication"), Flash::done("Đã duyệt câu trả lời.", rest)).await;
    }
    let rest = "Văn phòng UBND Thành phố xem, công khai và báo người gửi.";
    visit.go_on(&page, Flash::done("Đã duyệt câu trả lời.", rest)).await
}

async fn send_back(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(typed): Form<TypedMove>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Approve).await?;
    let reference = petition.reference.to_string();
    let done = casework::send_back(&mut transaction, hand(&reference, typed.version, &visit), &typed.reason).await;
    if let Err(error) = done {
        drop(transaction);
        return again(&state, &visit, &reference, ("sending-back", typed), error).await;
    }
    transaction.commit().await?;
    let flash = Flash::done("Đã trả bản thảo để sửa.", "Người soạn thấy lý do ở đầu phần soạn trả lời.");
    visit.go_on(&address(&petition.reference), flash).await
}

/// Back to the petition's page, for whoever still sees it there.
async fn gone_on(state: &AdminState, visit: &Visit, reference: &str, flash: Flash) -> Result<Response, Failure> {
    let key = reference.parse().map_err(|_| Failure::NotFound)?;
    let petition = store::find(&mut *state.pool.acquire().await?, &key).await?.ok_or(Failure::NotFound)?;
    let is_seen = may_on(visit, Right::See, &petition);
    visit.go_on(&if is_seen { address(&petition.reference) } else { "/admin".to_owned() }, flash).await
}

/// Where the error of a form's field stands on the page.
pub(super) fn place(form: &str, field: &'static str) -> &'static str {
    match (form, field) {
        ("transfer", "agency_id") => "transfer-agency",
        ("transfer", "reason") => "transfer-reason",
        ("return", "reason") => "return-reason",
        ("departure", "central_id") => "departure-agency",
        ("departure", "national_code") => "departure-code",
        ("departure", "reason") => "departure-reason",
        ("sending-back", "reason") => "sending-back-reason",
        (_, field) => field,
    }
}
