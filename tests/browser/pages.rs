//! Every page there is, looked at wide and narrow, by day and by night: nobody is kept out, nothing scrolls sideways.

use std::collections::{BTreeMap, BTreeSet};

use crate::axe::Axe;
use crate::browser::{Browser, Light};
use crate::demo::Demo;
use crate::{NARROW, WIDE, on_the_demo, sign_in};

/// What the first page of each half may weigh with all it loads.
const FIRST_PAGE: u64 = 100_000;

/// For whom nobody signed in.
const PUBLIC: [&str; 7] = ["/", "/?q=giấy", "/p/{published}", "/p/{new}", "/notice", "/audit", "/admin/login"];

/// For the focal office, who may see all of them. A name in braces stands for the first petition of the list below.
const OFFICE: [&str; 15] = [
    "/admin",
    "/admin?view=publish",
    "/admin?view=closed",
    "/admin?q=không có gì như thế",
    "/admin/calls",
    "/admin/channel",
    "/admin/channel/connection",
    "/admin/closed-list",
    "/admin/data-requests",
    "/admin/petitions/{new}",
    "/admin/petitions/{doing}",
    "/admin/petitions/{answered}",
    "/admin/petitions/{closed}",
    "/admin/petitions/{new}/refusal",
    "/admin/petitions/{answered}/publication",
];

/// Where a petition that stands so is found: a page, and the word on its row.
const STANDING: [(&str, &str, &str); 5] = [
    ("new", "/admin?view=new", "Mới"),
    ("doing", "/admin", "Đang xử lý"),
    ("answered", "/admin?view=publish", "Đã trả lời"),
    ("closed", "/admin?view=closed", "Từ chối"),
    ("published", "/admin?view=closed", "Đã công khai"),
];

/// What is posted empty or wrong comes back with its errors: the page, and the button pressed at once.
const MISTAKES: [(&str, &str); 3] = [
    ("/admin/petitions/{new}", "Tiếp nhận và giao"),
    ("/admin/petitions/{new}", "Gửi câu hỏi"),
    ("/admin/petitions/{doing}", "Ghi trả lời, xem trước"),
];

/// Links that are no pages.
const NO_PAGES: [&str; 3] = ["/attachments/", "/static/", "/audit.txt"];

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
    let standing = standing(&tour).await;
    let office: Vec<String> = OFFICE.iter().map(|page| filled(page, &standing)).collect();
    for page in &office {
        tour.visit(page).await;
    }
    for (page, button) in MISTAKES {
        tour.mistake(&filled(page, &standing), button).await;
    }
    browser.client.delete_all_cookies().await.expect("nobody is signed in");
    let public: Vec<String> = PUBLIC.iter().map(|page| filled(page, &standing)).collect();
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
        self.browser.click(&format!("//button[starts-with(normalize-space(), '{button}')]")).await;
        self.browser.find("//*[@aria-invalid='true']").await;
        self.look(&format!("{page}, {button}")).await;
    }

    async fn look(&mut self, page: &str) {
        for width in [WIDE, NARROW] {
            self.browser.be_wide(width, 900).await;
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

/// One petition for each standing.
async fn standing(tour: &Tour<'_>) -> BTreeMap<&'static str, String> {
    let mut standing = BTreeMap::new();
    for (name, page, word) in STANDING {
        tour.open(page).await;
        let row = format!("//tr[.//*[contains(@class, 'chip') and normalize-space()='{word}']]");
        let link = tour.browser.find(&format!("{row}//th//a[contains(@href, '/petitions/')]")).await;
        let address = link.attr("href").await.expect("an attribute").expect("an address");
        let (_, reference) = address.rsplit_once('/').expect("a path");
        standing.insert(name, reference.to_owned());
    }
    standing
}

fn filled(page: &str, standing: &BTreeMap<&str, String>) -> String {
    standing.iter().fold(page.to_owned(), |page, (name, reference)| page.replace(&format!("{{{name}}}"), reference))
}

/// An address without what differs from one petition or one row to the next.
fn shape(page: &str) -> String {
    let path = page.split(['?', '#']).next().unwrap_or_default();
    let steps = path.split('/').map(|step| match step {
        reference if reference.starts_with("HN-PAKN-") => "{reference}",
        number if number.starts_with(|first: char| first.is_ascii_digit()) => "{number}",
        word => word,
    });
    steps.collect::<Vec<_>>().join("/")
}

/// The page that is open, with everything it loaded.
async fn weighs_little(browser: &Browser) {
    let script = "return ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
        .reduce((sum, entry) => sum + entry.decodedBodySize, 0)";
    let bytes = browser.client.execute(script, vec![]).await.expect("a sum").as_u64().expect("a number");
    let here = browser.client.current_url().await.expect("an address");
    assert!((1_000..FIRST_PAGE).contains(&bytes), "{here} is {bytes} bytes with all it loads");
}
