//! The channel's health as sentences: what is wrong, what it means, what to do; and what went nowhere, with a button that
//! tries again.

mod alerts;
mod allowances;
mod parts;
mod rows;
mod say;
mod store;
mod vitals;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use serde::Deserialize;

use super::AdminState;
use super::audit;
use super::frame::{Frame, Section};
use super::visit::{Flash, Visit};
use super::words;
use crate::casework;
use crate::http::text::thousands;
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::outbox;
use crate::zalo::{alert, upload};
use parts::{Facts, Part, parts};
use rows::{SetAsideRow, UnsentRow};
use say::{ago, seconds, span};
use store::Flow;

pub(super) use store::take_vitals;
pub(super) use vitals::Vitals;

const HERE: &str = "/admin/channel";

#[derive(Template)]
#[template(path = "admin/templates/channel.html", config = "src/http/askama.toml")]
struct ChannelPage {
    frame: Frame,
    heading: String,
    account: Option<String>,
    checked: String,
    checked_iso: String,
    tiles: Vec<Tile>,
    parts: Vec<Part>,
    set_aside: Vec<SetAsideRow>,
    unsent: Vec<UnsentRow>,
}

/// A figure, and what stands behind it.
struct Tile {
    name: &'static str,
    number: String,
    behind: String,
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::ChannelHealth)?;
    let mut connection = state.pool.acquire().await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Channel).await?;
    let set_aside = store::set_aside(&mut connection).await?;
    let unsent = store::unsent(&mut connection).await?;
    let ids: Vec<i64> = unsent.iter().map(|message| message.outbox_message_id).collect();
    let tried = store::tried(&mut connection, &ids).await?;
    let (flow, alerts) = (store::flow(&mut connection, visit.at).await?, alert::standing(&mut connection).await?);
    drop(connection);
    let facts = Facts {
        at: visit.at,
        is_working_day: frame.is_working_day(visit.at),
        is_focal: visit.may(Right::Channel),
        has_template: state.rules.template_id.is_some(),
        vitals: frame.vitals.clone(),
        flow,
        alerts,
        uploads: upload::uploads(&state.pool, visit.at).await?,
    };
    page(&ChannelPage {
        heading: heading(&frame),
        account: facts.vitals.account.name.clone(),
        checked: words::moment(visit.at),
        checked_iso: words::iso(visit.at),
        tiles: tiles(&facts),
        parts: parts(&facts),
        set_aside: set_aside.into_iter().map(SetAsideRow::from).collect(),
        unsent: unsent.into_iter().map(|message| UnsentRow::new(message, &tried)).collect(),
        frame,
    })
}

fn heading(frame: &Frame) -> String {
    let runs = if frame.vitals.can_send() { "Kênh Zalo đang chạy" } else { "Kênh Zalo không gửi được tin" };
    match frame.troubles {
        0 => runs.to_owned(),
        urgent => format!("{runs}, có {} việc gấp", thousands(urgent)),
    }
}

fn tiles(facts: &Facts) -> Vec<Tile> {
    let Flow { heard_today, sent_today, delivered_today, failed_today, due, oldest_due_at, median, .. } = facts.flow;
    let tile = |name, number, behind| Tile { name, number, behind };
    let heard = facts.vitals.last_heard_at.map(|last| format!("tin gần nhất {}", ago(facts.at - last)));
    let arrived = format!("{} đã tới, {} không tới", thousands(delivered_today), thousands(failed_today));
    let oldest = oldest_due_at.map(|due_at| format!("lâu nhất {}", span(facts.at - due_at)));
    vec![
        tile("Tin đến hôm nay", thousands(heard_today), heard.unwrap_or_else(|| "chưa có tin nào".to_owned())),
        tile("Tin đi hôm nay", thousands(sent_today), arrived),
        tile("Đang chờ gửi", thousands(due), oldest.unwrap_or_else(|| "không tin nào quá giờ gửi".to_owned())),
        match median {
            Some(median) => {
                tile("Trả lời người dân sau", seconds(median), "một nửa số lượt hôm nay nhanh hơn".to_owned())
            }
            None => tile("Trả lời người dân sau", "—".to_owned(), "hôm nay chưa trả lời ai".to_owned()),
        },
    ]
}

/// An event that was set aside has its turn again.
pub(super) async fn repeat(
    State(state): State<AdminState>,
    visit: Visit,
    Path(inbox_event_id): Path<i64>,
) -> Result<Response, Failure> {
    visit.must(Right::Channel)?;
    let mut connection = state.pool.acquire().await?;
    let is_waiting = store::repeat(&mut connection, inbox_event_id, visit.at).await?;
    audit::did(&mut connection, &visit, "event_again", &inbox_event_id.to_string()).await?;
    drop(connection);
    let officer_id = visit.officer.officer_id;
    let flash = match is_waiting {
        true => {
            tracing::info!(inbox_event_id, officer_id, "an event that was set aside has its turn again");
            Flash::done(
                "Đã cho xử lý lại.",
                "Tin được đọc như tin vừa tới. Nếu vẫn không được, tin trở lại danh sách này.",
            )
        }
        false => Flash::done("Tin này vừa được xử lý.", ""),
    };
    visit.go_on(HERE, flash).await
}

#[derive(Deserialize)]
pub(super) struct SendingForm {
    /// From which page it was asked for.
    #[serde(default)]
    from: String,
}

/// A message that went nowhere goes on its way again. Not news for somebody who has meanwhile withdrawn the consent to
/// messages.
pub(super) async fn send_again(
    State(state): State<AdminState>,
    visit: Visit,
    Path(outbox_message_id): Path<i64>,
    Form(form): Form<SendingForm>,
) -> Result<Response, Failure> {
    visit.must(Right::Channel)?;
    let mut transaction = state.pool.begin().await?;
    let wants_it = match store::news_of(&mut transaction, outbox_message_id).await? {
        Some(citizen_id) => {
            casework::wants_messages(&mut transaction, citizen_id).await.map_err(anyhow::Error::from)?
        }
        None => true,
    };
    let officer_id = visit.officer.officer_id;
    let is_sent = wants_it && outbox::send_again(&mut transaction, outbox_message_id, officer_id, visit.at).await?;
    if is_sent {
        audit::did(&mut transaction, &visit, "message_again", &outbox_message_id.to_string()).await?;
    }
    transaction.commit().await?;
    let flash = match (is_sent, wants_it) {
        (true, _) => {
            Flash::done("Đã cho gửi lại.", "Máy thử lại từ đầu, lần lượt các cách gửi. Không tới thì tin trở lại đây.")
        }
        (false, true) => Flash::done("Tin này vừa được xử lý.", ""),
        (false, false) => Flash {
            class: "is-soon".to_owned(),
            ..Flash::done("Tin chưa được gửi lại.", "Người này đã rút đồng ý nhận tin báo qua Zalo. Cần thì gọi điện.")
        },
    };
    let back = if form.from == "calls" { "/admin/calls" } else { HERE };
    visit.go_on(back, flash).await
}
