//! The pages in a real browser, on the real demo, from its start to Ctrl-C.

mod axe;
mod browser;
mod demo;
mod keyboard;
mod mouseless;
mod pages;
mod phone;
mod road;
mod scriptless;

use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;

use futures::FutureExt;

use browser::Browser;
use demo::Demo;

/// The narrowest phone the pages are made for, in CSS pixels.
const NARROW: u32 = 320;
const WIDE: u32 = 1280;

/// Whatever happens in the story, the browser and the demo are ended properly.
async fn on_the_demo(browser: Browser, story: impl AsyncFnOnce(&Demo, &Browser)) {
    let demo = Demo::start().await;
    let played = AssertUnwindSafe(story(&demo, &browser)).catch_unwind().await;
    browser.close().await;
    match played {
        Ok(()) => demo.interrupt().await,
        Err(panic) => resume_unwind(panic),
    }
}

async fn sign_in(demo: &Demo, browser: &Browser) {
    browser.open(demo.office.as_str()).await;
    browser.write("login", &demo.login).await;
    browser.write("password", &demo.password).await;
    browser.click("//button[normalize-space()='Đăng nhập']").await;
    browser.shows(&["Việc cần làm", "Chờ công khai"]).await;
}

/// Keeps a picture for whoever wants to look: `target/screenshots/`.
fn keep(name: &str, picture: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), picture).expect("a file");
}
