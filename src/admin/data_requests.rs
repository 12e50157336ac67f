//! What citizens asked about their data, and who has done it when. Only the focal office sees it: here are people whose
//! names everybody else in the house may not read any more.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};

use super::AdminState;
use super::audit;
use super::frame::{Frame, Section};
use super::visit::{Flash, Visit};
use super::words::{self, Due};
use crate::http::{Failure, Path, page};
use crate::officer::Right;
use crate::petition::WorkingTime;
use crate::petition::data_request::{self, DataRequest, RequestKind};
use crate::privacy::mask_phone;

/// So many of those that are done stay on the page.
const DONE: i64 = 50;

#[derive(Template)]
#[template(path = "admin/templates/data_requests.html", config = "src/http/askama.toml")]
struct DataRequestsPage {
    frame: Frame,
    open: Vec<Row>,
    done: Vec<Row>,
}

struct Row {
    id: i64,
    /// «N. T. L., 0912***678»
    who: String,
    reference: Option<String>,
    what: &'static str,
    /// What there is to do.
    task: &'static str,
    about: String,
    since: String,
    since_iso: String,
    due: Due,
    /// Who did it, and when.
    done: Option<(String, String, String)>,
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::DataRequests)?;
    let mut connection = state.pool.acquire().await?;
    let requests = data_request::list(&mut connection, DONE).await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Data).await?;
    drop(connection);
    let rows = requests.iter().map(|request| row(request, &visit, &frame.working_time));
    let (open, done) = rows.partition(|row| row.done.is_none());
    page(&DataRequestsPage { frame, open, done })
}

/// Somebody did what was asked.
pub(super) async fn record(
    State(state): State<AdminState>,
    visit: Visit,
    Path(data_request_id): Path<i64>,
) -> Result<Response, Failure> {
    visit.must(Right::DataRequests)?;
    let mut transaction = state.pool.begin().await?;
    let is_done = data_request::done(&mut transaction, data_request_id, visit.officer.officer_id, visit.at).await?;
    if is_done {
        audit::did(&mut transaction, &visit, "data_request_done", &data_request_id.to_string()).await?;
    }
    transaction.commit().await?;
    let flash = match is_done {
        true => Flash::done("Đã ghi: đã làm.", "Trang này giữ tên cán bộ và giờ làm."),
        false => Flash::done("Yêu cầu này đã có người làm.", "Không ghi lần hai."),
    };
    visit.go_on("/admin/data-requests", flash).await
}

fn row(request: &DataRequest, visit: &Visit, time: &WorkingTime) -> Row {
    Row {
        id: request.data_request_id,
        who: who(request),
        reference: request.reference.clone(),
        what: request.kind.word(),
        task: task(request.kind),
        about: request.about.reveal().to_owned(),
        since: words::moment(request.requested_at),
        since_iso: words::iso(request.requested_at),
        due: Due::of(request.due_at, false, request.done_at.unwrap_or(visit.at), time),
        done: request
            .done_at
            .map(|at| (request.officer_name.clone().unwrap_or_default(), words::moment(at), words::iso(at))),
    }
}

/// Enough to tell people apart, too little to know them.
fn who(request: &DataRequest) -> String {
    let Some(name) = &request.name else {
        return "Người chưa gửi phản ánh nào".to_owned();
    };
    let initials: Vec<String> =
        name.reveal().split_whitespace().filter_map(|word| Some(format!("{}.", word.chars().next()?))).collect();
    let phone = request.phone.as_ref().map(|phone| mask_phone(phone.reveal()));
    [Some(initials.join(" ")), phone].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn task(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Erase => {
            "Máy đã xóa phần viết dở và khóa thông tin liên hệ trong các phản ánh. Kiểm tra bản in, tệp và công cụ chat của \
             Zalo, xóa phần không phải lưu."
        }
        RequestKind::Correct => "Đối chiếu lời người gửi với sổ, sửa chỗ sai, nhắn lại cho người gửi.",
        RequestKind::Unpublish => {
            "Máy đã gỡ khỏi trang công khai. Kiểm tra bản đã chuyển nơi khác (Cổng quốc gia, báo cáo) và gỡ nốt."
        }
    }
}
