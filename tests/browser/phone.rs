//! A citizen's phone on the simulator's page.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::browser::{Browser, PATIENCE};

/// The phone of one person, on the tab that is open.
pub struct Phone<'a> {
    browser: &'a Browser,
    number: String,
    /// How many answers have been read.
    read: usize,
}

impl<'a> Phone<'a> {
    pub async fn of(browser: &'a Browser, name: &str) -> Self {
        let phone = browser.find(&format!("//section[@aria-label='Điện thoại của {name}']")).await;
        let id = phone.attr("id").await.expect("an attribute").expect("an id");
        Self { browser, number: id.trim_start_matches("phone-").to_owned(), read: 0 }
    }

    pub async fn types(&self, text: &str) {
        self.browser.write(&format!("text-{}", self.number), text).await;
        self.browser.click(&format!("//*[@id='phone-{}']//button[normalize-space()='Gửi']", self.number)).await;
    }

    /// Taps a button under the last answer.
    pub async fn taps(&self, title: &str) {
        let path = format!("(//*[@id='chat-{}']/li[not(@class)])[last()]//*", self.number);
        self.browser.click(&format!("{path}[(self::button or self::a) and normalize-space()='{title}']")).await;
    }

    pub async fn sends_photo(&self, photo: &Path) {
        let field = self.browser.find(&format!("//*[@id='file-{}']", self.number)).await;
        field.send_keys(photo.to_str().expect("a path of text")).await.expect("the photo is chosen");
        self.browser.find(&format!("//*[@id='chat-{}']/li[@class='ours']//img", self.number)).await;
    }

    /// Waits for a new answer with these words, and gives it whole.
    pub async fn hears(&mut self, words: &str) -> String {
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            let answers = self.answers().await;
            if let Some(nth) = answers.iter().skip(self.read).position(|answer| answer.contains(words)) {
                let heard = self.read + nth;
                self.read = heard + 1;
                return answers[heard].clone();
            }
            assert!(Instant::now() < give_up_at, "never heard {words:?}; the answers are {answers:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The last answer has to be in sight without scrolling.
    pub async fn is_at_the_end(&self) {
        let script = "const chat = document.getElementById(`chat-${arguments[0]}`);
                      return chat.scrollHeight - chat.scrollTop - chat.clientHeight";
        let left = self.browser.client.execute(script, vec![self.number.as_str().into()]).await.expect("a measure");
        assert!(left.as_f64().is_some_and(|left| left < 2.0), "{left} pixels of the chat are below");
    }

    async fn answers(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll(`#chat-${arguments[0]} > li:not([class]) .says`)]
                      .map(says => says.innerText)";
        let answers = self.browser.client.execute(script, vec![self.number.as_str().into()]).await.expect("answers");
        serde_json::from_value(answers).expect("a list of texts")
    }
}
