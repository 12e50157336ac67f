//! The hands of somebody who has no mouse.

use std::time::Instant;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use crate::browser::{Browser, PATIENCE};

/// How often Tab is pressed before the thing counts as out of reach.
const REACH: usize = 150;

/// What has the focus: its name as a screen reader says it, and whether any of it is to be seen.
const FOCUSED: &str = "
    const at = document.activeElement;
    if (!at || at === document.body) return ['', true];
    const words = at.getAttribute('aria-label')
        || [...(at.labels || [])].map(label => label.innerText).join(' ') || at.innerText || at.value || '';
    const box = at.getBoundingClientRect();
    const spots = [[.5, .5], [.02, .1], [.98, .9], [.5, .05]].map(([x, y]) =>
        document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
    return [words.replace(/\\s+/g, ' ').trim(), spots.some(spot => spot && (at.contains(spot) || spot.contains(at)))]";

pub struct Keyboard<'a> {
    browser: &'a Browser,
}

impl<'a> Keyboard<'a> {
    pub fn of(browser: &'a Browser) -> Self {
        Self { browser }
    }

    /// Presses one key, wherever the focus is.
    pub async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let stroke =
            KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.browser.client.perform_actions(stroke).await.expect("a key is pressed");
    }

    /// Goes on with Tab until something has the focus whose name begins so. On the way the focus is never out of sight.
    pub async fn reach(&self, words: &str) {
        let mut passed = Vec::new();
        for _ in 0..REACH {
            self.press(Key::Tab).await;
            let (name, is_seen) = self.focused().await;
            assert!(is_seen, "the focus is on {name:?}, and nothing of it is to be seen");
            if name.starts_with(words) {
                return;
            }
            passed.push(name);
        }
        panic!("Tab never came to {words:?}; it passed {passed:?}");
    }

    /// Writes where the focus is.
    pub async fn write(&self, text: &str) {
        let field = self.browser.client.active_element().await.expect("something has the focus");
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// Goes to the field with this label and writes into it.
    pub async fn fill(&self, label: &str, text: &str) {
        self.reach(label).await;
        self.write(text).await;
    }

    /// Goes to a button or a link, and follows it.
    pub async fn enter(&self, words: &str) {
        self.reach(words).await;
        self.press(Key::Enter).await;
    }

    /// Waits until the focus is on something whose name begins so.
    pub async fn is_at(&self, words: &str) {
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            let (name, _) = self.focused().await;
            if name.starts_with(words) {
                return;
            }
            assert!(Instant::now() < give_up_at, "the focus is on {name:?}, not on {words:?}");
            tokio::time::sleep(crate::browser::GLANCE).await;
        }
    }

    async fn focused(&self) -> (String, bool) {
        let told = self.browser.client.execute(FOCUSED, vec![]).await.expect("what has the focus");
        serde_json::from_value(told).expect("a name, and whether it is seen")
    }
}
