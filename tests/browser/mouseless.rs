//! Triage, answer, approve and publish, by two officers whose hands never leave the keyboard.

use chrono::TimeDelta;
use fantoccini::key::Key;
use zalo_petitions::clock::{Clock, hanoi};

use crate::browser::Browser;
use crate::demo::Demo;
use crate::keyboard::Keyboard;
use crate::{WIDE, on_the_demo};

/// About an officer's conduct, so a second person releases the answer.
const TITLE: &str = "Bốn lần phải sửa hồ sơ xin dấu xác nhận";
const ANSWER: &str =
    "Phường đã xin lỗi Ông/Bà, nhận đủ hồ sơ và trả kết quả tại quầy. Cán bộ tiếp nhận đã bị nhắc nhở.";

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    on_the_demo(Browser::start().await, play).await;
}

async fn play(demo: &Demo, browser: &Browser) {
    browser.be_wide(WIDE, 900).await;
    let keyboard = Keyboard::of(browser);
    sign_in(demo, browser, &keyboard, &demo.login).await;
    triage(browser, &keyboard).await;
    answer(browser, &keyboard).await;
    keyboard.enter("Đăng xuất").await;
    browser.shows(&["Mật khẩu"]).await;
    sign_in(demo, browser, &keyboard, &demo.second_login).await;
    approve(browser, &keyboard).await;
    publish(browser, &keyboard).await;
}

async fn sign_in(demo: &Demo, browser: &Browser, keyboard: &Keyboard<'_>, login: &str) {
    browser.open(demo.office.as_str()).await;
    keyboard.is_at("Tên đăng nhập").await;
    keyboard.write(login).await;
    keyboard.fill("Mật khẩu", &demo.password).await;
    keyboard.press(Key::Enter).await;
    browser.shows(&["Việc cần làm", "Đăng xuất"]).await;
}

/// Two decisions with single keys: one as the house proposes, one given to another agency.
async fn triage(browser: &Browser, keyboard: &Keyboard<'_>) {
    keyboard.enter("Phân loại").await;
    browser.shows(&["giữ nguyên văn", "Nơi giải quyết"]).await;
    keyboard.press('g').await;
    keyboard.is_at("Cơ quan giải quyết").await;
    keyboard.write("UBND phường C").await;
    keyboard.enter("Nhận và giao").await;
    let given = browser.shows(&["Đã giao UBND phường C"]).await;
    assert!(given.contains("được báo"), "{given}");
    for _ in 0..10 {
        if !browser.client.find_all(fantoccini::Locator::Css("button[data-key=t]")).await.expect("a page").is_empty() {
            break;
        }
        keyboard.press('j').await;
        browser.shows(&["giữ nguyên văn"]).await;
    }
    browser.find("//button[@data-key='t']").await;
    keyboard.press('t').await;
    browser.shows(&["Đã giao", "được báo"]).await;
}

async fn answer(browser: &Browser, keyboard: &Keyboard<'_>) {
    keyboard.enter("Việc cần làm").await;
    browser.shows(&[TITLE]).await;
    keyboard.enter(TITLE).await;
    browser.shows(&["Soạn trả lời"]).await;
    let yesterday = hanoi(Clock::system().now() - TimeDelta::days(1)).format("%d/%m/%Y").to_string();
    keyboard.fill("1. Đã làm gì", ANSWER).await;
    keyboard.fill("2. Đơn vị nào làm", "Bộ phận Một cửa phường Vĩnh Tuy").await;
    keyboard.fill("3. Làm ngày nào", &yesterday).await;
    keyboard.reach("Văn bản").await;
    keyboard.press(' ').await;
    keyboard.fill("Số văn bản", "77/UBND-VP").await;
    keyboard.fill("Ngày văn bản", &yesterday).await;
    keyboard.reach("Không còn việc nào phải làm thêm").await;
    keyboard.press(' ').await;
    keyboard.reach("Kết quả").await;
    keyboard.press(Key::Down).await;
    keyboard.enter("Gửi duyệt trả lời").await;
    browser.shows(&["Đã gửi duyệt trả lời."]).await;
}

async fn approve(browser: &Browser, keyboard: &Keyboard<'_>) {
    keyboard.enter(TITLE).await;
    browser.shows(&["Câu trả lời chờ duyệt", ANSWER]).await;
    keyboard.enter("Duyệt câu trả lời").await;
    browser.shows(&["Đã duyệt câu trả lời.", "Xem trước khi công khai"]).await;
}

async fn publish(browser: &Browser, keyboard: &Keyboard<'_>) {
    let main = browser.find("//button[contains(@class, 'main') and @value='publish']").await;
    let words = main.text().await.expect("a text");
    keyboard.enter(words.trim()).await;
    browser.shows(&["Người gửi được báo qua Zalo."]).await;
}
