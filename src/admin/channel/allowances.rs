//! The parts of the channel that are paid for or counted: the account's package and its allowances. Pure.

use super::parts::{Facts, Part};
use super::vitals::{self, State};
use crate::http::text::thousands;
use crate::zalo::upload::MONTHLY;

/// Uploads are worth a look from here on.
const UPLOADS_NEAR: i32 = MONTHLY / 10 * 9;
/// A paid allowance that ends within so many days at the present pace is worth a look.
const DAYS_NEAR: i64 = 7;

pub fn package(facts: &Facts) -> Part {
    const NAME: &str = "Gói tài khoản";
    let account = &facts.vitals.account;
    let state = vitals::package(account, facts.at);
    let package = account.package.as_deref().map_or_else(|| "Gói".to_owned(), |name| format!("Gói {name}"));
    let last_day = account.package_until.map(|day| day.format("%d/%m/%Y").to_string());
    let pay = "Gia hạn gói ở trang oa.zalo.me.";
    match (state, last_day) {
        (State::Idle, _) | (_, None) if account.package.is_none() => {
            Part::new(NAME, State::Idle, "Zalo chưa cho biết gói của tài khoản.").word("Chưa rõ")
        }
        (_, None) => Part::new(NAME, state, format!("{package}, không có ngày hết hạn.")),
        (State::Urgent, Some(day)) => {
            Part::new(NAME, state, format!("{package} đã hết hạn ngày {day}. Zalo có thể ngừng nhận tin."))
                .word("Hết hạn")
                .todo(pay)
        }
        (State::Look, Some(day)) => {
            Part::new(NAME, state, format!("{package} hết hạn ngày {day}.")).word("Sắp hết").todo(pay)
        }
        (_, Some(day)) => Part::new(NAME, state, format!("{package}, dùng đến hết ngày {day}.")),
    }
}

pub fn chat_allowance(facts: &Facts) -> Part {
    const NAME: &str = "Tin nhắn trả phí";
    let account = &facts.vitals.account;
    let state = vitals::allowance(account.chat_left, account.chat_total);
    let (Some(left), Some(total)) = (account.chat_left, account.chat_total) else {
        return Part::new(NAME, State::Idle, "Zalo chưa cho biết còn bao nhiêu tin.").word("Chưa rõ");
    };
    if state == State::Idle {
        return Part::new(
            NAME,
            state,
            "Tài khoản không mua thêm tin. Trả lời ngay khi người dân vừa nhắn thì miễn phí.",
        );
    }
    // A week's use, for how long the rest will do.
    let lasts = (left * 7).checked_div(facts.flow.paid_week);
    let pace = lasts.map_or_else(
        || "7 ngày qua chưa dùng tin nào.".to_owned(),
        |days| match days {
            0..=365 => format!("đủ khoảng {days} ngày."),
            _ => "đủ hơn một năm.".to_owned(),
        },
    );
    let state = match lasts {
        Some(days) if days < DAYS_NEAR => state.max(State::Look),
        _ => state,
    };
    let meaning = format!("Còn {} tin trong {}, {pace}", thousands(left), thousands(total));
    allowance(NAME, state, meaning)
}

pub fn template_allowance(facts: &Facts) -> Part {
    const NAME: &str = "Tin mẫu";
    if !facts.has_template {
        let meaning = "Chưa có mẫu tin được Zalo duyệt: ai quá 7 ngày chưa nhắn lại thì phải gọi điện.";
        return Part::new(NAME, State::Idle, meaning)
            .word("Chưa dùng")
            .todo("Đăng ký mẫu tin với Zalo, rồi người quản trị kỹ thuật khai ZALO_TEMPLATE_ID.");
    }
    let account = &facts.vitals.account;
    let used = format!("7 ngày qua đã gửi {} tin.", thousands(facts.flow.template_week));
    match (account.template_left, account.template_total) {
        (Some(left), Some(total)) => {
            let meaning = format!("Còn {} tin trong {} tin hôm nay. {used}", thousands(left), thousands(total));
            allowance(NAME, vitals::allowance(Some(left), Some(total)), meaning)
        }
        _ => Part::new(NAME, State::Idle, format!("Zalo chưa cho biết còn bao nhiêu tin. {used}")).word("Chưa rõ"),
    }
}

fn allowance(name: &'static str, state: State, meaning: String) -> Part {
    let more = "Mua thêm tin ở trang oa.zalo.me. Hết tin thì người quá 7 ngày chưa nhắn phải gọi điện.";
    match state {
        State::Urgent => Part::new(name, state, meaning).word("Đã hết").todo(more),
        State::Look => Part::new(name, state, meaning).word("Sắp hết").todo(more),
        _ => Part::new(name, state, meaning),
    }
}

pub fn uploads(facts: &Facts) -> Part {
    const NAME: &str = "Tải tệp lên Zalo";
    let meaning = format!("{} trong {} lần của tháng này.", thousands(facts.uploads.into()), thousands(MONTHLY.into()));
    match facts.uploads {
        MONTHLY.. => Part::new(NAME, State::Look, format!("{meaning} Sang tháng mới gửi được ảnh, tệp."))
            .word("Đã hết")
            .todo("Gửi đường dẫn thay cho tệp."),
        UPLOADS_NEAR.. => Part::new(NAME, State::Look, meaning).word("Sắp hết").todo("Chỉ gửi tệp khi cần."),
        _ => Part::new(NAME, State::Fine, meaning),
    }
}
