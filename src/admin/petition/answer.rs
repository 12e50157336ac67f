//! The form of the answer: saved as a draft, with its files, or handed in.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::moves::{failure, hand, not_taken};
use super::sheet::{self, Again};
use super::upload::Posted;
use super::{FieldError, address, answer_files, comparison, find, may_on};
use crate::attachment::{Intake, NotTaken, TakenIn};
use crate::casework::{self, AnswerDraft, Answered, CaseError, Hand};
use crate::http::{Failure, Path};
use crate::officer::Right;
use crate::petition::Petition;
use crate::petition::answer_file::{self, NewFile};

/// The texts of the form besides its files.
const TEXTS: usize = 256 * 1024;
/// Longer names are cut.
const NAME_LETTERS: usize = 80;

/// What belongs to the answer. `intake` says how large a file may be; a few fit into one form.
pub(in super::super) fn routes(intake: &Intake) -> Router<AdminState> {
    let files = DefaultBodyLimit::max(intake.limit * 3 + TEXTS);
    Router::new()
        .route("/admin/petitions/{reference}/answer", post(submit).layer(files))
        .route("/admin/petitions/{reference}/answer-files/{answer_file_id}", get(answer_files::download))
        .route("/admin/petitions/{reference}/answer-files/{answer_file_id}/thumbnail", get(answer_files::thumbnail))
        .route("/admin/petitions/{reference}/comparison/{answer_id}", get(comparison::show))
}

/// The answer as it was typed.
pub(super) fn typed(posted: &Posted) -> AnswerDraft {
    let field = |name: &str| posted.field(name).replace('\0', "");
    AnswerDraft {
        did: field("did"),
        unit: field("unit"),
        done_on: field("done_on"),
        evidence: field("evidence"),
        document_number: field("document_number"),
        document_on: field("document_on"),
        no_evidence_reason: field("no_evidence_reason"),
        next: field("next"),
        next_on: field("next_on"),
        finished: field("finished"),
        outcome: field("outcome"),
        is_own: field("is_own"),
    }
}

/// Saves what was typed first, whatever the button says: nothing that is refused is lost.
async fn submit(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let draft = typed(&posted);
    let seen = usize::try_from(posted.number("seen")).unwrap_or_default();
    let petition = find(&mut *state.pool.acquire().await?, &visit, &reference, Right::Handle).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, i32::try_from(posted.number("version")).unwrap_or_default(), &visit);
    let again = Again { answer: Some(draft.clone()), ..Again::default() };
    match save(&state, hand, &posted, &draft, petition.petition_id).await {
        Ok(()) => {}
        // somebody else saved another draft: both stand on the page
        Err(CaseError::Stale) => {
            let html = sheet::again(&state, &visit, &reference, Again { is_draft_stale: true, ..again }).await?;
            return Ok((StatusCode::CONFLICT, html).into_response());
        }
        Err(error) => return not_taken(&state, &visit, &reference, error, again, seen).await,
    }
    let errors = take_in(&state, hand, &mut posted).await?;
    if !errors.is_empty() {
        let html = sheet::again(&state, &visit, &reference, Again { errors, ..again }).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    }
    if posted.field("act") != "answer" {
        let flash = Flash::done("Đã lưu nháp.", "Chưa gửi cho ai; ai được giao phản ánh này mở ra viết tiếp được.");
        return visit.go_on(&format!("{}#answer", address(&petition.reference)), flash).await;
    }
    hand_in(&state, &visit, &petition, (hand, draft, seen)).await
}

/// Keeps the draft, which files everybody may read, and takes one out where that was asked.
async fn save(
    state: &AdminState,
    hand: Hand<'_>,
    posted: &Posted,
    draft: &AnswerDraft,
    petition_id: i64,
) -> Result<(), CaseError> {
    let mut transaction = state.pool.begin().await?;
    let seen = i32::try_from(posted.number("draft")).unwrap_or_default();
    casework::save_draft(&mut transaction, hand, seen, draft).await?;
    let public: Vec<i64> = posted.all("public").filter_map(|id| id.parse().ok()).collect();
    answer_file::clear(&mut transaction, petition_id, &public).await?;
    let removed = match posted.field("remove").parse() {
        Ok(id) => casework::remove_file(&mut transaction, hand, id).await?,
        Err(_) => None,
    };
    transaction.commit().await?;
    if let Some((folder, copy)) = removed {
        state.intake.forget(folder, copy).await;
    }
    Ok(())
}

/// Takes in what came along; what cannot be taken is said file by file.
async fn take_in(state: &AdminState, hand: Hand<'_>, posted: &mut Posted) -> Result<Vec<FieldError>, Failure> {
    let limit = state.intake.limit / 1_000_000;
    let wrong = |say: String| FieldError { field: "files", say };
    let mut errors: Vec<FieldError> = std::mem::take(&mut posted.too_large)
        .iter()
        .map(|name| wrong(format!("«{name}» lớn hơn {limit} MB. Chọn tệp nhỏ hơn.")))
        .collect();
    for (name, bytes) in std::mem::take(&mut posted.files) {
        let taken = match state.intake.take_in(bytes).await {
            Ok(taken) => taken,
            Err(NotTaken::Inside(error)) => return Err(error.into()),
            Err(error) => {
                errors.push(wrong(refused(&name, &error, limit)));
                continue;
            }
        };
        let mut transaction = state.pool.begin().await?;
        match casework::take_in_file(&mut transaction, hand, &new_file(&name, &taken)).await {
            Ok(()) => transaction.commit().await?,
            Err(error) => {
                state.intake.forget(taken.folder, taken.copy).await;
                match error {
                    CaseError::Invalid { say, .. } => errors.push(wrong(say)),
                    error => return Err(failure(error)),
                }
            }
        }
    }
    Ok(errors)
}

fn refused(name: &str, error: &NotTaken, limit: usize) -> String {
    match error {
        NotTaken::Empty => format!("«{name}» rỗng. Chọn tệp khác."),
        NotTaken::TooLarge => format!("«{name}» lớn hơn {limit} MB. Chọn tệp nhỏ hơn."),
        NotTaken::Infected(_) => format!("«{name}» có mã độc, không nhận. Chọn tệp khác."),
        NotTaken::Unscanned(_) => format!("Chưa quét được mã độc cho «{name}». Ông/Bà gửi lại sau ít phút."),
        NotTaken::Kind | NotTaken::Inside(_) => format!("«{name}» không phải PDF, JPG, PNG hoặc DOCX. Chọn tệp khác."),
    }
}

fn new_file(name: &str, taken: &TakenIn) -> NewFile {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|letter| !letter.is_control()).take(NAME_LETTERS).collect();
    NewFile {
        name: if name.trim().is_empty() { "Tệp".to_owned() } else { name },
        mime: taken.mime.to_owned(),
        size: taken.size,
        sha256: taken.sha256.clone(),
        is_drawn: taken.is_drawn,
        folder: taken.folder,
        copy: taken.copy,
    }
}

async fn hand_in(
    state: &AdminState,
    visit: &Visit,
    petition: &Petition,
    (hand, draft, seen): (Hand<'_>, AnswerDraft, usize),
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let done = casework::answer(&state.rules, &mut transaction, hand, &draft).await;
    let again = Again { answer: Some(draft), ..Again::default() };
    let page = address(&petition.reference);
    let (to, flash) = match done {
        Ok(Answered::AwaitsApproval) => {
            let rest = "Người thứ hai của cơ quan hoặc Văn phòng duyệt rồi mới đi tiếp.";
            (page, Flash::done("Đã gửi duyệt trả lời.", rest))
        }
        Ok(Answered::Released) if may_on(visit, Right::Publish, petition) => {
            let rest = "Người gửi chưa được báo: xem trước rồi công khai ở trang này.";
            (format!("{page}/publication"), Flash::done("Đã ghi câu trả lời.", rest))
        }
        Ok(Answered::Released) => {
            let rest = "Văn phòng UBND Thành phố xem, công khai và báo người gửi.";
            (page, Flash::done("Đã ghi câu trả lời.", rest))
        }
        Err(CaseError::Alike(alike)) => {
            drop(transaction);
            let again = Again { alike: Some(*alike), ..again };
            let html = sheet::again(state, visit, hand.reference, again).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
        }
        Err(error) => {
            drop(transaction);
            return not_taken(state, visit, hand.reference, error, again, seen).await;
        }
    };
    transaction.commit().await?;
    visit.go_on(&to, flash).await
}
