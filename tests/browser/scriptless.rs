//! Whoever's browser runs no scripts does the same work: everything here is links and forms.

use chrono::TimeDelta;
use zalo_petitions::clock::{Clock, hanoi};

use crate::browser::Browser;
use crate::demo::Demo;
use crate::{WIDE, on_the_demo, sign_in};

const ANSWER: &str =
    "Phường đã trả hồ sơ cho Ông/Bà ngày hôm qua và nhắc nhở bộ phận tiếp nhận. Nếu còn vướng, Ông/Bà nhắn lại ở đây.";

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_petition_is_accepted_answered_and_published() {
    on_the_demo(Browser::without_script().await, play).await;
}

async fn play(demo: &Demo, browser: &Browser) {
    browser.be_wide(WIDE, 900).await;
    browser.open("data:text/html,<p>still<script>document.body.textContent = 'moved'</script>").await;
    browser.shows(&["still"]).await;

    sign_in(demo, browser).await;
    browser.open(demo.office.join("admin?view=new").expect("an address").as_str()).await;
    // not one about somebody's conduct: a second person releases those answers
    browser.click("//table//tr[.//*[normalize-space()='Mới']]//th//a[contains(., 'hộ kinh doanh')]").await;
    let agency = browser.find("//select[@id='agency_id']").await;
    agency.select_by_label("UBND phường Cửa Nam").await.expect("the agency is in the list");
    browser.click("//button[normalize-space()='Tiếp nhận và giao']").await;
    browser.shows(&["Soạn trả lời", "UBND phường Cửa Nam"]).await;
    let yesterday = hanoi(Clock::system().now() - TimeDelta::days(1)).format("%d/%m/%Y").to_string();
    browser.write("did", ANSWER).await;
    browser.write("unit", "Bộ phận Một cửa phường Cửa Nam").await;
    browser.write("done_on", &yesterday).await;
    browser.click("//input[@name='evidence' and @value='none']").await;
    browser.click("//input[@name='finished']").await;
    let outcome = browser.find("//select[@id='outcome']").await;
    outcome.select_by_value("obstacle_removed").await.expect("the outcome is in the list");
    browser.write("no_evidence_reason", "Trả tại quầy, có chữ ký nhận").await;
    browser.click("//button[normalize-space()='Ghi trả lời, xem trước']").await;
    browser.shows(&["Xem trước khi công khai"]).await;
    browser.click("//button[contains(., 'và báo người gửi') or contains(., 'Trả lời riêng')]").await;
    browser.shows(&["Người gửi được báo qua Zalo."]).await;
}
