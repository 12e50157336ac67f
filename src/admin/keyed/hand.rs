//! What the sender handed over besides: a photo, a scanned letter. It goes the way of everything that is sent along.

use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::response::Response;

use super::super::AdminState;
use super::super::petition::{failure, find};
use super::super::visit::{Flash, Visit};
use crate::attachment::Handed;
use crate::casework::{self, Enclosure};
use crate::http::{Failure, Path};
use crate::officer::Right;
use crate::petition::{Petition, Source};

/// As the default of what is fetched.
pub(super) const LARGEST: usize = 25 * 1024 * 1024;
const NAME_LIMIT: usize = 100;

/// A file of the form.
struct Given {
    name: String,
    bytes: Bytes,
    is_identity: bool,
}

pub(super) async fn over(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    form: Multipart,
) -> Result<Response, Failure> {
    let petition = find(&mut *state.pool.acquire().await?, &visit, &reference, Right::Triage).await?;
    if petition.source == Source::Zalo || !petition.status.is_open() {
        return Err(Failure::Forbidden("only what was keyed in and is open takes files from an officer"));
    }
    let receipt = format!("/admin/petitions/{}/receipt", petition.reference);
    let Some(given) = read(form).await? else {
        let flash = Flash {
            class: "is-late".to_owned(),
            strong: "Chưa có tệp nào.".to_owned(),
            rest: "Chọn một ảnh hoặc tệp, nhiều nhất 25 MB, rồi bấm thêm.".to_owned(),
        };
        return visit.go_on(&receipt, flash).await;
    };
    let name = given.name.clone();
    keep(&state, &visit, &petition, given).await?;
    let flash = Flash::done(format!("Đã thêm “{name}”."), "Tệp mở được ở trang phản ánh sau khi quét mã độc.");
    visit.go_on(&receipt, flash).await
}

/// The chosen file; none where none was chosen.
async fn read(mut form: Multipart) -> Result<Option<Given>, Failure> {
    let unreadable = |error: axum::extract::multipart::MultipartError| Failure::Unreadable(error.to_string());
    let mut given: Option<Given> = None;
    let mut is_identity = false;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name().unwrap_or_default() {
            "is_identity" => is_identity = true,
            "file" => {
                let name: String = field.file_name().unwrap_or_default().chars().take(NAME_LIMIT).collect();
                let bytes = field.bytes().await.map_err(unreadable)?;
                given = Some(Given { name, bytes, is_identity: false });
            }
            _ => {}
        }
    }
    Ok(given.filter(|given| !given.bytes.is_empty()).map(|given| Given { is_identity, ..given }))
}

async fn keep(state: &AdminState, visit: &Visit, petition: &Petition, given: Given) -> Result<(), Failure> {
    let handed = Handed::put_away(&state.shelf, given.bytes).await?;
    let enclosure = Enclosure {
        kind: handed.kind().to_owned(),
        url: Some(handed.url()),
        name: Some(given.name).filter(|name| !name.is_empty()),
        size: Some(handed.size()),
        is_identity: given.is_identity,
        ..Enclosure::default()
    };
    let entered = async {
        let mut transaction = state.pool.begin().await?;
        handed.enter(&mut transaction, petition.citizen_id, visit.at).await?;
        let officer_id = visit.officer.officer_id;
        casework::enclose(&mut transaction, petition, &enclosure, officer_id, visit.at).await.map_err(failure)?;
        Ok::<_, Failure>(transaction.commit().await?)
    };
    match entered.await {
        Ok(()) => Ok(()),
        Err(failure) => {
            handed.take_back(&state.shelf).await?;
            Err(failure)
        }
    }
}
