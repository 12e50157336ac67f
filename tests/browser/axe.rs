//! What axe-core finds on a page: of the barriers that WCAG 2.2 names (levels A and AA) those that a program can see.

use std::fs;

use crate::browser::Browser;

/// `.ci/install test` puts it there.
const FILE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../axe.min.js");

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values: levels }, resultTypes: ['violations'] }).then(
        found => done(found.violations.flatMap(one => one.nodes.map(node =>
            `${one.id} (${one.help}): ${node.target.join(' ')}: ${node.html.slice(0, 160)}: ${node.failureSummary}`))),
        failed => done([String(failed)]))";

pub struct Axe(String);

impl Axe {
    pub fn take() -> Self {
        Self(fs::read_to_string(FILE).unwrap_or_else(|error| panic!("{FILE} ({error}): .ci/install test fetches it")))
    }

    /// The barriers on the page that is open, drawn as it is now.
    pub async fn barriers(&self, browser: &Browser) -> Vec<String> {
        browser
            .client
            .execute(&format!("if (!window.axe) {{ {} }}", self.0), vec![])
            .await
            .expect("axe is on the page");
        let found = browser.client.execute_async(RUN, vec![]).await.expect("axe looks at the page");
        serde_json::from_value(found).expect("a list of texts")
    }
}
