//! What the sender handed over besides: a photo, a scanned letter.

use axum::extract::State;
use axum::response::Response;

use super::super::AdminState;
use super::super::petition::{Posted, failure, find};
use super::super::visit::{Flash, Visit};
use crate::attachment::{NotTaken, TakenIn, hand_over};
use crate::casework::{self, Enclosure};
use crate::http::{Failure, Path};
use crate::officer::Right;
use crate::petition::{Petition, Source};

const NAME_LIMIT: usize = 100;

pub(super) async fn over(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let petition = find(&mut *state.pool.acquire().await?, &visit, &reference, Right::Triage).await?;
    if petition.source == Source::Zalo || !petition.status.is_open() {
        return Err(Failure::NotFound);
    }
    let receipt = format!("/admin/petitions/{}/receipt", petition.reference);
    let Some((name, bytes)) = posted.files.first().cloned() else {
        let say =
            if posted.too_large.is_empty() { "Chọn một ảnh hoặc tệp rồi bấm thêm." } else { TOO_LARGE };
        return visit.go_on(&receipt, refused(say)).await;
    };
    let taken = match state.intake.take_in(bytes).await {
        Ok(taken) => taken,
        Err(NotTaken::Inside(error)) => return Err(error.into()),
        Err(why) => return visit.go_on(&receipt, refused(say(&why))).await,
    };
    let name: String = name.chars().take(NAME_LIMIT).collect();
    let is_identity = posted.field("is_identity") == "yes";
    keep(
        &state,
        &visit,
        &petition,
        &taken,
        Enclosure { name: Some(name.clone()), is_identity, ..Enclosure::default() },
    )
    .await?;
    visit.go_on(&receipt, Flash::done(format!("Đã thêm “{name}”."), "Tệp mở được ở trang phản ánh.")).await
}

const TOO_LARGE: &str = "Tệp quá lớn: chụp hoặc nén nhỏ hơn rồi thêm lại.";

fn refused(say: &str) -> Flash {
    Flash {
        class: "is-late".to_owned(),
        strong: "Chưa thêm tệp.".to_owned(),
        rest: say.to_owned(),
        ..Flash::done("", "")
    }
}

fn say(why: &NotTaken) -> &'static str {
    match why {
        NotTaken::Empty => "Tệp rỗng: chọn tệp khác.",
        NotTaken::TooLarge => TOO_LARGE,
        NotTaken::Kind => "Chỉ nhận ảnh JPG, PNG và tệp PDF, DOCX.",
        NotTaken::Infected(_) => "Tệp có mã độc nên không nhận: báo người gửi đưa tệp khác.",
        NotTaken::Unscanned(_) | NotTaken::Inside(_) => "Máy quét mã độc đang nghỉ: thử lại sau ít phút.",
    }
}

async fn keep(
    state: &AdminState,
    visit: &Visit,
    petition: &Petition,
    taken: &TakenIn,
    enclosure: Enclosure,
) -> Result<(), Failure> {
    let mut transaction = state.pool.begin().await?;
    let url = hand_over(&mut transaction, petition.citizen_id, taken, visit.at).await?;
    let kind = if taken.is_drawn { "image" } else { "file" };
    let enclosure = Enclosure { kind: kind.to_owned(), url: Some(url), size: Some(taken.size), ..enclosure };
    let officer_id = visit.officer.officer_id;
    casework::enclose(&mut transaction, petition, &enclosure, officer_id, visit.at).await.map_err(failure)?;
    Ok(transaction.commit().await?)
}
