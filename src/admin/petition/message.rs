//! What came with a message of the conversation, whether a petition took it or not: handed out as files of a petition are.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::super::AdminState;
use super::super::visit::Visit;
use super::download::{handed_out, may_leave};
use super::find;
use super::sender::Veil;
use crate::attachment::{self, Part};
use crate::http::{Failure, Path};
use crate::officer::{Right, Role};
use crate::petition::attachment::{self as register, Attachment, Filed};

pub(in super::super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/petitions/{reference}/messages/{media_id}", get(original))
        .route("/admin/petitions/{reference}/messages/{media_id}/thumbnail", get(thumbnail))
}

async fn original(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, media_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, &reference, media_id, Part::Original).await
}

async fn thumbnail(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, media_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, &reference, media_id, Part::Thumbnail).await
}

/// Only what the sender of this petition sent, to who talks with them.
async fn open(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    media_id: i64,
    part: Part,
) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Talk).await?;
    find(&mut connection, visit, reference, Right::Attachments).await?;
    let media = attachment::find(&mut connection, media_id).await?;
    let media = media.filter(|media| media.citizen_id == petition.citizen_id).ok_or(Failure::NotFound)?;
    if visit.officer.role != Role::FocalOffice && register::is_identity(&mut connection, media_id).await? {
        return Err(Failure::Forbidden("a paper that proves who somebody is"));
    }
    let attachment = Attachment { kind: "file".to_owned(), ..Attachment::default() };
    let filed = Filed { attachment_id: media_id, media_id: Some(media_id), attachment };
    let part = may_leave(part, &media, &Veil::of(visit, &petition, false));
    handed_out(state, connection, visit, &petition, &filed, media, part).await
}
