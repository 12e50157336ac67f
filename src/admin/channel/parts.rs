//! The parts of the channel, one a row: how each stands, what that means, what to do. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use super::alerts;
use super::allowances::{chat_allowance, package, template_allowance, uploads};
use super::say::{ago, days, hours};
use super::store::Flow;
use super::vitals::{self, BUSY, SILENT_HOURS, State, Vitals};
use crate::admin::words;
use crate::http::text::thousands;
use crate::zalo::alert::Alert;
use crate::zalo::token::TokenHealth;

/// So many attachments that could not be had are no accident, where they are a tenth of all.
const FAILED: i64 = 5;

/// Everything that the rows are made of.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub at: DateTime<Utc>,
    pub is_working_day: bool,
    /// Whether this officer can connect the channel anew.
    pub is_focal: bool,
    /// Whether there is a template that Zalo has approved.
    pub has_template: bool,
    pub vitals: Vitals,
    pub flow: Flow,
    pub alerts: Vec<Alert>,
    /// How many files were uploaded this month.
    pub uploads: i32,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    pub state: State,
    /// What stands on the chip.
    pub word: &'static str,
    pub meaning: String,
    pub todo: String,
    /// Where it is done: address and words.
    pub link: Option<(&'static str, &'static str)>,
}

impl Part {
    /// A part that asks for nothing.
    pub fn new(name: &'static str, state: State, meaning: impl Into<String>) -> Self {
        let word = match state {
            State::Idle => "Chưa có",
            State::Fine => "Tốt",
            State::New => "Cần xem",
            State::Look => "Lưu ý",
            State::Urgent => "Gấp",
        };
        Self { name, state, word, meaning: meaning.into(), todo: "Không".to_owned(), link: None }
    }

    pub fn word(self, word: &'static str) -> Self {
        Self { word, ..self }
    }

    pub fn todo(self, todo: impl Into<String>) -> Self {
        Self { todo: todo.into(), ..self }
    }
}

/// All rows, in the order in which a message passes them.
pub fn parts(facts: &Facts) -> Vec<Part> {
    let mut parts = vec![heard(facts), signatures(facts), token(facts)];
    parts.extend(account(facts));
    parts.extend([package(facts), chat_allowance(facts), template_allowance(facts)]);
    parts.extend([media(facts), unknown(facts), uploads(facts)]);
    parts
}

fn heard(facts: &Facts) -> Part {
    const NAME: &str = "Zalo gửi tin vào";
    let state = facts.vitals.heard(facts.is_working_day, facts.at);
    let Some(last) = facts.vitals.last_heard_at else {
        return Part::new(NAME, state, "Chưa có tin nào từ Zalo.")
            .todo("Người quản trị kỹ thuật khai địa chỉ webhook ở developers.zalo.me.");
    };
    if state == State::Urgent {
        let meaning = format!(
            "Từ {} không có tin nào đến, dù đang giờ làm việc. Có thể Zalo đã tắt việc gửi tin vào.",
            words::moment(last)
        );
        return Part::new(NAME, state, meaning)
            .word("Im lặng")
            .todo("Báo ngay người quản trị kỹ thuật: mở developers.zalo.me, mục Webhook, bật lại.");
    }
    let watch = match facts.vitals.week {
        BUSY.. => format!("Ban ngày im quá {SILENT_HOURS} giờ thì trang này báo đỏ."),
        _ => "Kênh còn ít tin nên im lặng không bị báo đỏ.".to_owned(),
    };
    let waiting = match facts.flow.inbox_waiting {
        0 => String::new(),
        waiting => format!(" {} tin đang chờ máy đọc.", thousands(waiting)),
    };
    Part::new(NAME, state, format!("Tin gần nhất {}. {watch}{waiting}", ago(facts.at - last)))
}

fn signatures(facts: &Facts) -> Part {
    const NAME: &str = "Chữ ký của Zalo";
    let Vitals { wrong_today, wrong_at, .. } = facts.vitals;
    let verified = facts.flow.heard_today;
    let outnumber = wrong_today > verified && facts.vitals.signatures(facts.at) != State::Fine;
    let state = if outnumber { State::Urgent } else { facts.vitals.signatures(facts.at) };
    match (state, wrong_at) {
        (State::Urgent, Some(wrong_at)) => {
            let meaning = format!(
                "{} yêu cầu hôm nay mang chữ ký sai, gần nhất lúc {}. Nếu khóa của Zalo vừa đổi thì tin thật đang bị \
                 chặn; Zalo gửi lại trong khoảng 2 giờ.",
                thousands(wrong_today),
                words::clock(wrong_at),
            );
            let todo = "Báo ngay người quản trị kỹ thuật so ZALO_OA_SECRET_KEY với trang developers.zalo.me.";
            Part::new(NAME, state, meaning).word("Chữ ký sai").todo(todo)
        }
        (State::Look, _) => {
            let meaning = format!("{} yêu cầu giả vừa bị chặn. Tin của Zalo vẫn vào.", thousands(wrong_today));
            Part::new(NAME, state, meaning).todo("Theo dõi thêm.")
        }
        _ => {
            let blocked = match facts.flow.turned_away {
                0 => String::new(),
                blocked => format!(" {} yêu cầu không đúng đã bị chặn.", thousands(blocked)),
            };
            let meaning = match verified {
                0 => format!("Hôm nay chưa có tin nào.{blocked}"),
                verified => format!("Cả {} tin hôm nay đúng là của Zalo.{blocked}", thousands(verified)),
            };
            Part::new(NAME, state, meaning)
        }
    }
}

fn token(facts: &Facts) -> Part {
    const NAME: &str = "Quyền gửi tin";
    let health = &facts.vitals.token;
    let state = vitals::token(health, facts.at);
    let part = match (state, &health.lost, health.expires_at) {
        (State::Idle, ..) => {
            Part::new(NAME, state, "Zalo chưa cấp quyền gửi tin. Tin được giữ lại, cấp quyền xong thì tự gửi.")
                .word("Chưa nối")
        }
        (_, Some(lost), _) => {
            let since = words::moment(lost.since);
            let meaning = format!("Quyền gửi tin đã mất từ {since}. Tin được giữ lại, cấp lại xong thì tự gửi tiếp.");
            Part::new(NAME, state, meaning).word("Đã mất")
        }
        (_, None, Some(expires_at)) => {
            Part::new(NAME, state, format!("{}{}", lasts(health, expires_at, facts.at), root(health, facts.at)))
        }
        (_, None, None) => Part::new(NAME, state, "Chưa rõ quyền gửi tin còn đến khi nào."),
    };
    match (state, facts.is_focal) {
        (State::Fine, _) => part,
        (State::Look, _) => part.todo("Máy đang tự thử lại. Sang ngày mai vẫn vậy thì cấp lại quyền."),
        (_, true) => Part { link: Some(("/admin/channel/connection", "Cấp lại quyền")), ..part.todo("") },
        (_, false) => part.todo("Báo cán bộ đầu mối của Thành phố cấp lại quyền."),
    }
}

fn lasts(health: &TokenHealth, expires_at: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let left = expires_at - at;
    if left <= TimeDelta::zero() {
        return "Quyền gửi tin vừa hết hạn, máy đang gia hạn.".to_owned();
    }
    match (&health.last_error, health.renews_at()) {
        (Some(_), _) => format!("Còn {}, lần gia hạn gần nhất chưa được.", hours(left)),
        (None, Some(renews_at)) if renews_at > at => {
            format!("Còn {}, tự gia hạn {}.", hours(left), words::near(renews_at, at))
        }
        (None, _) => format!("Còn {}, máy đang gia hạn.", hours(left)),
    }
}

fn root(health: &TokenHealth, at: DateTime<Utc>) -> String {
    health.refresh_expires_at.map_or_else(String::new, |dies_at| format!(" Quyền gốc còn {}.", days(dies_at - at)))
}

/// Whether the account is stopped, or its money out: a row for each trouble.
fn account(facts: &Facts) -> Vec<Part> {
    const NAME: &str = "Tài khoản và ví Zalo";
    let trouble = |alert: &Alert| {
        let (word, meaning, todo) = alerts::words(alert);
        Part::new(NAME, State::Urgent, format!("{meaning} Từ {}.", words::moment(alert.raised_at)))
            .word(word)
            .todo(todo)
    };
    match facts.alerts.as_slice() {
        [] => vec![Part::new(NAME, State::Fine, "Không bị dừng, không hết tiền.")],
        alerts => alerts.iter().map(trouble).collect(),
    }
}

fn media(facts: &Facts) -> Part {
    const NAME: &str = "Ảnh và tệp người dân gửi";
    let Flow { media_kept: kept, media_failed: failed, media_infected: infected, media_late: late, .. } = facts.flow;
    let blocked = match infected {
        0 => String::new(),
        infected => format!(" {} tệp có mã độc đã bị chặn.", thousands(infected)),
    };
    let meaning = format!("7 ngày qua đã tải về {} tệp, {} tệp lỗi.{blocked}", thousands(kept), thousands(failed));
    if late > 0 {
        let meaning = format!("{meaning} {} tệp chờ đã hơn 1 giờ.", thousands(late));
        let todo = "Báo người quản trị kỹ thuật xem đường tới máy chủ ảnh của Zalo, kho tệp và máy quét mã độc.";
        return Part::new(NAME, State::Look, meaning).word("Chậm").todo(todo);
    }
    if failed >= FAILED && failed * 10 > kept + failed {
        let todo = "Báo người quản trị kỹ thuật; cần thì nhắn người gửi gửi lại.";
        return Part::new(NAME, State::Look, meaning).word("Nhiều lỗi").todo(todo);
    }
    Part::new(NAME, State::Fine, meaning)
}

fn unknown(facts: &Facts) -> Part {
    const NAME: &str = "Tin máy không hiểu";
    match facts.flow.unknown_week {
        0 => Part::new(NAME, State::Fine, "Không có tin nào trong 7 ngày qua."),
        count => {
            let meaning = format!(
                "{} tin trong 7 ngày qua đúng là của Zalo nhưng máy không hiểu. Tin được giữ lại, người gửi không bị chặn.",
                thousands(count)
            );
            Part::new(NAME, State::New, meaning).todo("Báo người quản trị kỹ thuật xem.")
        }
    }
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
