//! A Chromium without a screen.

use std::process::Stdio;
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// How long a page may take to show what is waited for. A story is answered after four seconds of quiet.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const GLANCE: Duration = Duration::from_millis(100);

const FLAGS: [&str; 11] = [
    "--headless=new",
    // needed as root, and in containers
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // a phone draws them over the page
    "--hide-scrollbars",
    "--lang=vi",
];

/// Whether a person wants dark letters on a light page, or the other way round.
#[derive(Clone, Copy, Debug)]
pub enum Light {
    Day,
    Night,
}

/// One browser with its driver; both end with it.
pub struct Browser {
    pub client: Client,
    /// Where it keeps its profile, and where photos to send lie.
    pub folder: TempDir,
    _driver: Child,
}

impl Browser {
    pub async fn start() -> Self {
        Self::wishing(json!({})).await
    }

    /// Runs none of the pages' scripts; the driver still may.
    pub async fn without_script() -> Self {
        Self::wishing(json!({ "profile.managed_default_content_settings.javascript": 2 })).await
    }

    async fn wishing(preferences: Value) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver (the Debian package chromium-driver)");
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = loop {
            let line = lines.next_line().await.expect("readable output").expect("chromedriver tells its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });

        let folder = tempfile::tempdir().expect("a folder");
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile.as_str()]).collect();
        let wishes = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": flags, "prefs": preferences } });
        let Value::Object(wishes) = wishes else { unreachable!("an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{port}");
        let client = builder.capabilities(wishes).connect(&address).await.expect("a browser");
        Self { client, folder, _driver: driver }
    }

    /// Every tab is gone when this returns, and so is Chromium.
    pub async fn close(self) {
        self.client.close().await.expect("the browser ends");
    }

    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The whole page is drawn this many CSS pixels wide, in the tab that is open.
    pub async fn be_wide(&self, width: u32, height: u32) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        let told = self.client.issue_cmd(DevTools("Emulation.setDeviceMetricsOverride", screen)).await;
        told.expect("the browser changes its size");
    }

    /// The pages are drawn as for somebody who wants them so.
    pub async fn be_lit(&self, light: Light) {
        let wanted = match light {
            Light::Day => "light",
            Light::Night => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": wanted }] });
        self.client
            .issue_cmd(DevTools("Emulation.setEmulatedMedia", features))
            .await
            .expect("the browser changes its light");
    }

    /// Whether XPath finds something within the usual patience.
    pub async fn comes(&self, path: &str) -> bool {
        self.client.wait().at_most(PATIENCE).every(GLANCE).for_element(Locator::XPath(path)).await.is_ok()
    }

    /// The first element that XPath finds, as soon as there is one.
    pub async fn find(&self, path: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).every(GLANCE);
        match wait.for_element(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => panic!("nothing at {path}: {error}\n{}", self.text().await),
        }
    }

    /// Clicks it; again if the page was just being drawn anew. What lies under the bar at the foot is scrolled out from there
    /// first, as a hand would do.
    pub async fn click(&self, path: &str) {
        let give_up_at = Instant::now() + PATIENCE;
        while let Err(error) = self.find(path).await.click().await {
            assert!(Instant::now() < give_up_at, "{path}: {error}");
            let element = serde_json::to_value(self.find(path).await).expect("an element");
            let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
            // gone again, if the page was just being drawn
            let _ = self.client.execute(scroll, vec![element]).await;
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Replaces what stands in the field with this id.
    pub async fn write(&self, id: &str, text: &str) {
        let field = self.find(&format!("//*[@id='{id}']")).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    }

    /// What is to be read on the page.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", vec![]).await.expect("a text");
        text.as_str().expect("a text").to_owned()
    }

    /// Waits until the page says all of this.
    pub async fn shows(&self, wanted: &[&str]) -> String {
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            let text = self.text().await;
            let Some(missing) = wanted.iter().find(|wanted| !text.contains(**wanted)) else { return text };
            assert!(Instant::now() < give_up_at, "the page never said {missing:?}:\n{text}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// The page has to fit the width it is drawn at.
    pub async fn fits(&self, width: u32) {
        if let Some(what) = self.sticks_out(width).await {
            panic!("{} scrolls sideways: {what}", self.client.current_url().await.expect("an address"));
        }
    }

    /// What does not fit the width that the page is drawn at.
    pub async fn sticks_out(&self, width: u32) -> Option<String> {
        let script = "const wide = innerWidth;
            const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > wide + 1);
            return [wide, document.documentElement.scrollWidth,
                    out.map(e => e.tagName + '#' + e.id + '.' + e.className).slice(0, 12).join(' ')]";
        let measured = self.client.execute(script, vec![]).await.expect("measures");
        assert_eq!(measured[0], width, "the page is drawn at another width");
        (measured[1].as_u64() > measured[0].as_u64()).then(|| measured.to_string())
    }

    /// The page from its beginning, as far as it fits the window.
    pub async fn screenshot(&self) -> Vec<u8> {
        self.client.execute("scrollTo(0, 0)", vec![]).await.expect("scrolled");
        self.client.screenshot().await.expect("a picture")
    }
}

/// A command that only Chromium knows.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session_id: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}
