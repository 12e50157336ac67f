//! Every page there is, looked at wide and narrow, by day and by night: nobody is kept out, nothing scrolls sideways.

use std::collections::{BTreeMap, BTreeSet};

use crate::axe::Axe;
use crate::browser::{Browser, Light};
use crate::demo::Demo;
use crate::{NARROW, WIDE, on_the_demo, sign_in};

/// What the first page of each half may weigh with all it loads.
const FIRST_PAGE: u64 = 100_000;

/// For whom nobody signed in. A name in braces stands for one of [`NAMES`].
const PUBLIC: [&str; 8] =
    ["/", "/?q=giấy", "/p/{published}", "/p/{new}", "/notice", "/audit", "/no-such-page", "/admin/login"];

/// For the focal office, who may see all of them.
const OFFICE: [&str; 45] = [
    "/admin",
    "/admin?view=publish",
    "/admin?view=closed",
    "/admin?q=không có gì như thế",
    "/admin/triage",
    "/admin/petitions/new",
    "/admin/petitions/{new}",
    "/admin/petitions/{new}/refusal",
    "/admin/petitions/{new}/named-officers",
    "/admin/petitions/{doing}",
    "/admin/petitions/{doing}/extension",
    "/admin/petitions/{doing}/apology",
    "/admin/petitions/{answered}",
    "/admin/petitions/{answered}/publication",
    "/admin/petitions/{published}",
    "/admin/petitions/{refused}",
    "/admin/petitions/no-such-petition",
    "/admin/calls",
    "/admin/channel",
    "/admin/channel/connection",
    "/admin/closed-list",
    "/admin/data-requests",
    "/admin/deadlines",
    "/admin/deadlines/new",
    "/admin/calendar",
    "/admin/reminders",
    "/admin/officers",
    "/admin/officers/new",
    "/admin/officers/{officer}",
    "/admin/officers/{officer}/closure",
    "/admin/agencies",
    "/admin/agencies/new",
    "/admin/agencies/{agency}",
    "/admin/account",
    "/admin/account/password",
    "/admin/account/second-factor",
    "/admin/audit",
    "/admin/figures",
    "/admin/texts",
    "/admin/texts/{text}",
    "/admin/quick-texts",
    "/admin/quick-texts/new",
    "/admin/quick-texts/{quick}",
    "/admin/poster",
    "/admin/help",
];

/// Where a name is found: a page, and a link on it that ends with what the name stands for.
const NAMES: [(&str, &str, &str); 9] = [
    ("new", "/admin?view=new", "//tr[.//*[normalize-space()='Mới']]//th//a"),
    ("doing", "/admin", "//tr[.//*[normalize-space()='Đã giao']]//th//a"),
    ("answered", "/admin?view=publish", "//tr[.//*[normalize-space()='Đã trả lời']]//th//a"),
    ("refused", "/admin?view=closed", "//tr[.//*[normalize-space()='Từ chối']]//th//a"),
    ("published", "/", "//ol[@class='results']//a"),
    ("officer", "/admin/officers", "//a[starts-with(@href, '/admin/officers/') and not(contains(@href, '/new'))]"),
    ("agency", "/admin/agencies", "//a[starts-with(@href, '/admin/agencies/') and not(contains(@href, '/new'))]"),
    ("text", "/admin/texts", "//a[starts-with(@href, '/admin/texts/')]"),
    ("quick", "/admin/quick-texts", "//a[starts-with(@href, '/admin/quick-texts/') and not(contains(@href, '/new'))]"),
];

/// What is posted empty comes back with its errors: the page, and the button pressed at once.
const MISTAKES: [(&str, &str); 13] = [
    ("/admin/triage", "Từ chối và báo người gửi"),
    ("/admin/petitions/{new}", "Tiếp nhận và giao"),
    ("/admin/petitions/{new}", "Gửi câu hỏi"),
    ("/admin/petitions/{doing}", "Ghi trả lời, xem trước"),
    ("/admin/petitions/{doing}/extension", "Xem tin sẽ gửi"),
    ("/admin/petitions/new", "Ghi vào sổ"),
    ("/admin/officers/new", "Mở tài khoản"),
    ("/admin/agencies/new", "Thêm cơ quan"),
    ("/admin/deadlines/new", "Xem trước"),
    ("/admin/calendar", "Xem hạn nào dời, rồi lưu"),
    ("/admin/quick-texts/new", "Ghi câu này"),
    ("/admin/account/password", "Đổi mật khẩu"),
    ("/admin/account/second-factor", "Bật mã xác thực"),
];

/// Links that are no pages.
const NO_PAGES: [&str; 5] = ["/attachments/", "/answer-files/", "/messages/", "/files/", "/audit.txt"];

#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out() {
    on_the_demo(Browser::start().await, look_at_all).await;
}

async fn look_at_all(demo: &Demo, browser: &Browser) {
    let mut tour = Tour { demo, browser, axe: Axe::take(), found: Vec::new(), linked: BTreeSet::new() };
    browser.be_wide(WIDE, 900).await;
    browser.open(demo.results.as_str()).await;
    weighs_little(browser).await;
    sign_in(demo, browser).await;
    weighs_little(browser).await;
    let meanings = meanings(&tour).await;
    let office: Vec<String> = OFFICE.iter().map(|page| filled(page, &meanings)).collect();
    for page in &office {
        tour.visit(page).await;
    }
    for (page, button) in MISTAKES {
        tour.mistake(&filled(page, &meanings), button).await;
    }
    browser.client.delete_all_cookies().await.expect("nobody is signed in");
    let public: Vec<String> = PUBLIC.iter().map(|page| filled(page, &meanings)).collect();
    for page in &public {
        tour.visit(page).await;
    }
    assert!(tour.found.is_empty(), "{} barriers:\n{}", tour.found.len(), tour.found.join("\n"));
    let seen: BTreeSet<String> = office.iter().chain(&public).map(|page| shape(page)).collect();
    let forgotten: Vec<&String> = tour.linked.difference(&seen).collect();
    assert!(forgotten.is_empty(), "linked, but not on the lists above: {forgotten:?}");
}

struct Tour<'a> {
    demo: &'a Demo,
    browser: &'a Browser,
    axe: Axe,
    found: Vec<String>,
    linked: BTreeSet<String>,
}

impl Tour<'_> {
    async fn open(&self, page: &str) {
        self.browser.open(self.demo.results.join(page).expect("an address").as_str()).await;
    }

    async fn visit(&mut self, page: &str) {
        self.open(page).await;
        self.look(page).await;
        let script =
            "return [...document.querySelectorAll('a[href]')].filter(a => a.origin == origin).map(a => a.pathname)";
        let links = self.browser.client.execute(script, vec![]).await.expect("links");
        let links: Vec<String> = serde_json::from_value(links).expect("a list of texts");
        self.linked
            .extend(links.iter().filter(|link| !NO_PAGES.iter().any(|no| link.contains(no))).map(|link| shape(link)));
    }

    /// Presses the button with nothing filled in.
    async fn mistake(&mut self, page: &str, button: &str) {
        self.open(page).await;
        self.unfold().await;
        self.browser.click(&format!("//button[starts-with(normalize-space(), '{button}')]")).await;
        // a choice among several is marked as a whole
        if !self.browser.comes("//*[@aria-invalid='true'] | //fieldset[contains(@class, 'bad')]").await {
            self.found.push(format!("{page}, {button}: no field is marked"));
        }
        self.look(&format!("{page}, {button}")).await;
    }

    async fn unfold(&self) {
        let unfold = "document.querySelectorAll('details').forEach(fold => fold.open = true)";
        self.browser.client.execute(unfold, vec![]).await.expect("unfolded");
    }

    /// With everything unfolded, and so tall that nothing lies beneath the bar of buttons.
    async fn look(&mut self, page: &str) {
        self.unfold().await;
        for width in [WIDE, NARROW] {
            self.browser.be_wide(width, 900).await;
            let height = self.browser.client.execute("return document.documentElement.scrollHeight", vec![]).await;
            let height = height.expect("a measure").as_u64().and_then(|height| u32::try_from(height).ok());
            self.browser.be_wide(width, height.expect("a height")).await;
            if let Some(what) = self.browser.sticks_out(width).await {
                self.found.push(format!("{page} at {width} scrolls sideways: {what}"));
            }
            for light in [Light::Day, Light::Night] {
                self.browser.be_lit(light).await;
                let barriers = self.axe.barriers(self.browser).await;
                self.found.extend(barriers.iter().map(|barrier| format!("{page} at {width} by {light:?}: {barrier}")));
            }
        }
        self.browser.be_wide(WIDE, 900).await;
        self.browser.be_lit(Light::Day).await;
    }
}

/// What each name stands for.
async fn meanings(tour: &Tour<'_>) -> BTreeMap<&'static str, String> {
    let mut meanings = BTreeMap::new();
    for (name, page, link) in NAMES {
        tour.open(page).await;
        let address = tour.browser.find(link).await.attr("href").await.expect("an attribute").expect("an address");
        let (_, meaning) = address.rsplit_once('/').expect("a path");
        meanings.insert(name, meaning.to_owned());
    }
    meanings
}

fn filled(page: &str, meanings: &BTreeMap<&str, String>) -> String {
    meanings.iter().fold(page.to_owned(), |page, (name, meaning)| page.replace(&format!("{{{name}}}"), meaning))
}

/// An address without what differs from one row to the next.
fn shape(page: &str) -> String {
    let path = page.split(['?', '#']).next().unwrap_or_default();
    let mut steps: Vec<&str> = path.split('/').collect();
    for nth in 1..steps.len() {
        let is_row = ["petitions", "p", "officers", "agencies", "texts", "quick-texts"].contains(&steps[nth - 1]);
        if is_row && steps[nth] != "new" {
            steps[nth] = "{}";
        }
    }
    steps.join("/")
}

/// The page that is open, with everything it loaded.
async fn weighs_little(browser: &Browser) {
    let script = "return ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
        .reduce((sum, entry) => sum + entry.decodedBodySize, 0)";
    let bytes = browser.client.execute(script, vec![]).await.expect("a sum").as_u64().expect("a number");
    let here = browser.client.current_url().await.expect("an address");
    assert!((1_000..FIRST_PAGE).contains(&bytes), "{here} is {bytes} bytes with all it loads");
}
