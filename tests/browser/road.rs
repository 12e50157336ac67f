//! The whole road in a browser: a citizen petitions on the phone page, an officer answers and publishes, the citizen is
//! told.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use fantoccini::Locator;
use fantoccini::wd::WindowHandle;
use zalo_petitions::clock::{Clock, hanoi};

use crate::browser::{Browser, PATIENCE};
use crate::demo::Demo;
use crate::phone::Phone;
use crate::{NARROW, WIDE, keep, on_the_demo, sign_in};

const CITIZEN: &str = "Nguyễn Thị Lan";
const PHONE: &str = "0912 345 678";
/// Full of what must not become public.
const STORY: &str = "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ 76 tuổi, hẹn 10 ngày làm việc, nay đã quá hẹn, chưa có kết quả, hỏi \
                     thì bảo cứ chờ. Người viết là Nguyễn Thị Lan, số máy 0912 345 678. Mong cho biết bao giờ xong.";
const ANSWER: &str = "Hồ sơ của bà đã được duyệt chi. Bà nhận tiền tại Một cửa phường từ thứ Hai, mang theo căn cước.";
const DOCUMENT: &str = "118/QĐ-UBND";

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_is_answered_and_the_demo_leaves_nothing() {
    on_the_demo(Browser::start().await, play).await;
}

async fn play(demo: &Demo, browser: &Browser) {
    let photo = photo(browser).await;
    browser.open(demo.phones.as_str()).await;
    let phones = browser.client.window().await.expect("a tab");
    let mut phone = Phone::of(browser, "Bà Lan").await;
    let reference = petition(&mut phone, &photo).await;
    keep("phone.png", &browser.screenshot().await);
    phone.is_at_the_end().await;

    new_tab(browser).await;
    sign_in(demo, browser).await;
    let petition = accept(browser, &reference).await;
    answer(browser).await;
    let preview = publish(browser, &reference).await;

    browser.client.switch_to_window(phones).await.expect("the phones");
    phone.hears("đã được tiếp nhận, giao UBND phường Cửa Nam").await;
    let notice = phone.hears("đã có trả lời").await;
    assert!(notice.contains(&reference) && notice.contains("Hồ sơ của bà đã được duyệt chi."), "{notice}");
    read_result(browser, &phone, &reference).await;
    no_page_scrolls_sideways(demo, browser, &[&petition, &preview], &reference).await;
}

/// From the greeting to the receipt; gives the reference.
async fn petition(phone: &mut Phone<'_>, photo: &Path) -> String {
    phone.types("Xin chào").await;
    phone.hears("trợ lý tự động").await;
    phone.taps("Đồng ý, bắt đầu").await;
    phone.hears("Ông/Bà kể việc đang vướng").await;
    phone.sends_photo(photo).await;
    phone.types(STORY).await;
    phone.hears("Ông/Bà nộp ở cơ quan nào?").await;
    phone.types("một cửa phường cửa nam").await;
    phone.hears("Bấm thẻ này để gửi họ tên").await;
    phone.types(CITIZEN).await;
    phone.hears("Số điện thoại").await;
    phone.types(PHONE).await;
    phone.hears("Ông/Bà ở đâu?").await;
    phone.types("so 8 ngo 30 nguyen thuong hien p cua nam").await;
    let review = phone.hears("Mời Ông/Bà xem lại").await;
    assert!(review.contains("Mục 8. Ảnh, tệp: 1 ảnh"), "{review}");
    phone.taps("Gửi, cho đăng").await;
    let receipt = phone.hears("✅ Đã gửi, cho đăng công khai").await;
    let words = receipt.split(|letter: char| letter.is_whitespace() || ".,".contains(letter));
    words.into_iter().find(|word| word.starts_with("HN-PAKN-")).expect("a reference").to_owned()
}

/// Finds the petition in the queue and takes it on; gives the address of its page.
async fn accept(browser: &Browser, reference: &str) -> String {
    browser.write("q", reference).await;
    browser.click("//button[normalize-space()='Lọc']").await;
    browser.click(&format!("//table//a[contains(@href, '{reference}')]")).await;
    browser.shows(&["Tôi nộp hồ sơ trợ cấp hưu trí", "Người gửi được báo ngay"]).await;
    // The photo that was sent along: fetched meanwhile, and shown small.
    browser.find("//dd//a[contains(@href, '/attachments/')]/img[contains(@src, '/thumbnail')]").await;
    let agency = browser.find("//select[@id='agency_id']").await;
    agency.select_by_label("UBND phường Cửa Nam").await.expect("the agency is in the list");
    browser.click("//button[normalize-space()='Tiếp nhận và giao']").await;
    browser.shows(&["Soạn trả lời", "UBND phường Cửa Nam"]).await;
    browser.client.current_url().await.expect("an address").to_string()
}

async fn answer(browser: &Browser) {
    let yesterday = hanoi(Clock::system().now() - TimeDelta::days(1)).format("%d/%m/%Y").to_string();
    browser.write("did", ANSWER).await;
    browser.write("unit", "Bộ phận Một cửa phường Cửa Nam").await;
    browser.write("done_on", &yesterday).await;
    browser.click("//input[@name='evidence' and @value='document']").await;
    browser.click("//input[@name='finished']").await;
    let outcome = browser.find("//select[@id='outcome']").await;
    outcome.select_by_value("obstacle_removed").await.expect("the outcome is in the list");
    browser.write("document_number", DOCUMENT).await;
    browser.write("document_on", &yesterday).await;
    keep("officer.png", &browser.screenshot().await);
    browser.click("//button[normalize-space()='Ghi trả lời, xem trước']").await;
}

/// Reads the preview and publishes; gives the preview's address.
async fn publish(browser: &Browser, reference: &str) -> String {
    browser.shows(&["Xem trước khi công khai", "Ai cũng đọc được"]).await;
    let public = browser.find("//section[@aria-labelledby='out-title']").await.text().await.expect("a text");
    for shown in ["[họ tên]", "[điện thoại]", ANSWER, DOCUMENT] {
        assert!(public.contains(shown), "no {shown} in the public version: {public}");
    }
    is_unnamed(&public);
    let letter = browser.find("//section[@aria-labelledby='letter-title']").await.text().await.expect("a text");
    for sent in [reference, "đã có trả lời", "Hồ sơ của bà đã được duyệt chi."] {
        assert!(letter.contains(sent), "no {sent} in the message: {letter}");
    }
    let address = browser.client.current_url().await.expect("an address").to_string();
    browser.click("//button[normalize-space()='Công khai và báo người gửi']").await;
    browser.shows(&["Đã công khai.", "Người gửi được báo qua Zalo."]).await;
    address
}

/// Follows the link in the notice and closes the tab it opened.
async fn read_result(browser: &Browser, phone: &Phone<'_>, reference: &str) {
    let before = browser.client.windows().await.expect("the tabs");
    let phones = browser.client.window().await.expect("a tab");
    phone.taps("Xem trả lời").await;
    let opened = opened(browser, &before).await;
    browser.client.switch_to_window(opened).await.expect("the new tab");
    let page = browser.shows(&[reference, "UBND phường Cửa Nam trả lời", ANSWER, DOCUMENT, "[họ tên]"]).await;
    is_unnamed(&page);
    is_unnamed(&browser.client.source().await.expect("the page's source"));
    browser.client.close_window().await.expect("closed");
    browser.client.switch_to_window(phones).await.expect("the phones");
}

fn is_unnamed(page: &str) {
    for secret in [CITIZEN, PHONE, "0912345678", "ngo 30"] {
        assert!(!page.contains(secret), "{secret} is public: {page}");
    }
}

async fn no_page_scrolls_sideways(demo: &Demo, browser: &Browser, office: &[&str], reference: &str) {
    browser.be_wide(NARROW, 720).await;
    let own = [demo.phones.as_str(), demo.office.as_str(), demo.results.as_str()];
    let result = demo.results.join(&format!("p/{reference}")).expect("an address");
    for address in own.into_iter().chain(office.iter().copied()).chain([result.as_str()]) {
        browser.open(address).await;
        browser.fits(NARROW).await;
    }
    browser.open(demo.office.as_str()).await;
    browser.click("//button[normalize-space()='Đăng xuất']").await;
    browser.shows(&["Mật khẩu"]).await;
    browser.fits(NARROW).await;
}

async fn new_tab(browser: &Browser) {
    let tab = browser.client.new_window(true).await.expect("a tab").handle;
    browser.client.switch_to_window(tab).await.expect("the new tab");
    browser.be_wide(WIDE, 800).await;
}

/// The tab that was not there before.
async fn opened(browser: &Browser, before: &[WindowHandle]) -> WindowHandle {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        let now = browser.client.windows().await.expect("the tabs");
        if let Some(new) = now.into_iter().find(|tab| !before.contains(tab)) {
            return new;
        }
        assert!(Instant::now() < give_up_at, "the link opened nothing");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A picture of an appointment slip, on disk as a citizen has it.
async fn photo(browser: &Browser) -> PathBuf {
    browser.be_wide(WIDE, 800).await;
    let slip = "<body style='margin:0;padding:2rem;width:26rem;background:%23f4efe2;font:1.4rem/1.5 serif'>\
                <h2>GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ</h2><p>Trợ cấp hưu trí xã hội<p>Thời gian giải quyết: 10 ngày làm việc";
    browser.open(&format!("data:text/html;charset=utf-8,{slip}")).await;
    let page = browser.client.find(Locator::Css("body")).await.expect("the slip");
    let path = browser.folder.path().join("giay-hen.png");
    fs::write(&path, page.screenshot().await.expect("a picture")).expect("a file");
    path
}
