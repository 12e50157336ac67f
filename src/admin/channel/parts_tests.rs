use chrono::NaiveDate;

use super::*;
use crate::zalo::account::kept::Account;
use crate::zalo::alert::Kind;
use crate::zalo::token::Lost;

/// Wednesday 18/11/2026, noon in Hanoi.
fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

fn healthy() -> Facts {
    let token = TokenHealth {
        expires_at: Some(noon() + TimeDelta::hours(19)),
        refreshed_at: Some(noon() - TimeDelta::hours(6)),
        refresh_expires_at: Some(noon() + TimeDelta::days(64)),
        ..TokenHealth::default()
    };
    let account = Account {
        package: Some("Nâng cao".to_owned()),
        package_until: NaiveDate::from_ymd_opt(2026, 12, 31),
        chat_left: Some(1_800),
        chat_total: Some(2_000),
        template_left: Some(500),
        template_total: Some(500),
        ..Account::default()
    };
    let last_heard_at = Some(noon() - TimeDelta::seconds(40));
    let vitals = Vitals { last_heard_at, week: BUSY, token, account, ..Vitals::default() };
    let flow = Flow { heard_today: 1_284, turned_away: 3, paid_week: 70, template_week: 12, ..Flow::default() };
    Facts { at: noon(), is_working_day: true, is_focal: true, has_template: true, vitals, flow, ..Facts::default() }
}

fn part(facts: &Facts, name: &str) -> Part {
    parts(facts).into_iter().find(|part| part.name == name).expect("a part")
}

#[test]
fn a_healthy_channel_asks_for_nothing() {
    let facts = healthy();
    for part in parts(&facts) {
        assert_eq!((part.state, part.todo.as_str(), part.link), (State::Fine, "Không", None), "{part:?}");
    }
    for (name, said) in [
        ("Zalo gửi tin vào", "Tin gần nhất 40 giây trước. Ban ngày im quá 2 giờ thì trang này báo đỏ."),
        ("Chữ ký của Zalo", "Cả 1.284 tin hôm nay đúng là của Zalo. 3 yêu cầu không đúng đã bị chặn."),
        ("Quyền gửi tin", "Còn 19 giờ, tự gia hạn hôm nay, 18:30. Quyền gốc còn 64 ngày."),
        ("Gói tài khoản", "Gói Nâng cao, dùng đến hết ngày 31/12/2026."),
        ("Tin nhắn trả phí", "Còn 1.800 tin trong 2.000, đủ khoảng 180 ngày."),
        ("Tin mẫu", "Còn 500 tin trong 500 tin hôm nay. 7 ngày qua đã gửi 12 tin."),
        ("Tải tệp lên Zalo", "0 trong 5.000 lần của tháng này."),
    ] {
        assert_eq!(part(&facts, name).meaning, said);
    }
}

#[test]
fn what_is_urgent_says_so_and_what_to_do() {
    let mut facts = healthy();
    facts.vitals.last_heard_at = Some(noon() - TimeDelta::hours(3));
    facts.vitals.token.lost = Some(Lost { since: noon(), code: Some(-14014) });
    facts.vitals.account.chat_left = Some(0);
    facts.vitals.wrong_today = 40;
    facts.vitals.wrong_at = Some(noon());
    let alert = |kind: Kind| Alert {
        kind: kind.name().to_owned(),
        code: Some(-321),
        reason: String::new(),
        raised_at: noon(),
        last_at: noon(),
    };
    facts.alerts = vec![alert(Kind::NoMoney)];
    for (name, word) in [
        ("Zalo gửi tin vào", "Im lặng"),
        ("Chữ ký của Zalo", "Chữ ký sai"),
        ("Quyền gửi tin", "Đã mất"),
        ("Tài khoản và ví Zalo", "Hết tiền"),
        ("Tin nhắn trả phí", "Đã hết"),
    ] {
        let part = part(&facts, name);
        assert_eq!((part.state, part.word), (State::Urgent, word), "{part:?}");
        assert!(part.link.is_some() || !part.todo.starts_with("Không"), "{part:?}");
    }
    assert_eq!(part(&facts, "Quyền gửi tin").link, Some(("/admin/channel/connection", "Cấp lại quyền")));
    facts.is_focal = false;
    assert_eq!(part(&facts, "Quyền gửi tin").link, None, "another office cannot");
}

#[test]
fn more_wrong_signatures_than_right_ones_are_urgent() {
    let mut facts = healthy();
    facts.flow.heard_today = 1;
    facts.vitals.wrong_today = 2;
    facts.vitals.wrong_at = Some(noon());
    assert_eq!(part(&facts, "Chữ ký của Zalo").state, State::Urgent);
    facts.flow.heard_today = 2;
    assert_eq!(part(&facts, "Chữ ký của Zalo").state, State::Look);
}

#[test]
fn an_allowance_that_ends_this_week_is_worth_a_look() {
    let mut facts = healthy();
    facts.flow.paid_week = 2_100;
    let chat = part(&facts, "Tin nhắn trả phí");
    assert_eq!((chat.state, chat.word), (State::Look, "Sắp hết"));
    assert!(chat.meaning.ends_with("đủ khoảng 6 ngày."), "{}", chat.meaning);
}

#[test]
fn attachments_that_do_not_come_are_worth_a_look() {
    let media = |kept, failed, late| {
        let mut facts = healthy();
        facts.flow = Flow { media_kept: kept, media_failed: failed, media_late: late, ..facts.flow };
        part(&facts, "Ảnh và tệp người dân gửi")
    };
    assert_eq!(media(212, 0, 0).meaning, "7 ngày qua đã tải về 212 tệp, 0 tệp lỗi.");
    assert_eq!(media(212, 4, 0).state, State::Fine);
    assert_eq!(media(5, 5, 0).word, "Nhiều lỗi");
    assert_eq!((media(212, 0, 3).state, media(212, 0, 3).word), (State::Look, "Chậm"));
}

#[test]
fn what_is_not_set_up_is_no_alarm() {
    let facts = Facts { at: noon(), is_working_day: true, ..Facts::default() };
    for part in parts(&facts) {
        assert!(part.state <= State::Fine, "{part:?}");
    }
    assert_eq!(part(&facts, "Tin mẫu").word, "Chưa dùng");
    assert_eq!(part(&facts, "Quyền gửi tin").word, "Chưa nối");
}
