//! Every transcript is played through the real house: webhook, inbox, Redis, Postgres, outbox, Zalo. Once plainly, once
//! with Redis emptied between any two turns, once with every event delivered twice and once more; what Zalo is given to
//! show must read the same.
//!
//! All transcripts are played at the same time, each by a citizen of its own, along one clock. What a transcript knows of
//! the world (`facts`) is put into the register as far as the register holds it.

use std::collections::{BTreeMap, VecDeque};
use std::fs;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use goldenscript::{Block, Command, Context};
use regex::Regex;
use serde_json::{Value, json};
use sqlx::PgPool;
use zalo_petitions::app::talk::{Act, Known, KnownPetition};
use zalo_petitions::casework::{self, Filing, Rules};
use zalo_petitions::dialog::Contact;
use zalo_petitions::petition::Reference;
use zalo_petitions::privacy::Personal;
use zalo_petitions::sim::{Does, Phone};

use crate::app::{BEGINS_AT, TestApp, redis_url, replies};
use crate::script::{Failure, act};

/// A transcript's own petitions begin with this number.
const FIRST: usize = 42;
/// Longer than any reply waits for more.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// How a transcript is disturbed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Run {
    Plainly,
    /// Redis forgets everything between any two turns.
    Flushed,
    /// Zalo delivers each event twice at once, and again after it was answered.
    Twice,
}

/// The acts of a transcript.
#[derive(Default)]
struct Script(Vec<Act>);

impl goldenscript::Runner for Script {
    type Command = Command;

    fn run(&mut self, command: &Command, _context: &Context) -> Result<String, Failure> {
        self.0.push(act(command)?);
        Ok(String::new())
    }

    fn end_block(&mut self, _block: &Block) -> Result<String, Failure> {
        Ok(String::new())
    }
}

fn scripts() -> Vec<(String, Vec<Act>)> {
    let mut scripts = Vec::new();
    for entry in fs::read_dir("tests/transcripts").expect("transcripts") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let mut script = Script::default();
        let text = fs::read_to_string(&path).expect("a transcript");
        goldenscript::generate(&mut script, &text).unwrap_or_else(|error| panic!("{name}: {error}"));
        scripts.push((name, script.0));
    }
    scripts.sort_by(|one, other| one.0.cmp(&other.0));
    scripts
}

/// One citizen who does what a transcript says.
struct Actor {
    name: String,
    phone: Phone,
    citizen_id: i64,
    acts: VecDeque<Act>,
    at: DateTime<Utc>,
    events: usize,
    /// References as the transcript has them, and as they are here.
    known: Vec<(String, String)>,
}

impl Actor {
    async fn new(app: &TestApp, name: &str, acts: &[Act], begins_at: DateTime<Utc>) -> Self {
        let phone = app.zalo.phone(name);
        let citizen_id = sqlx::query_scalar!(
            "insert into citizen (zalo_user_id, created_at) values ($1, $2) returning citizen_id",
            phone.user_id(),
            begins_at
        );
        let citizen_id = citizen_id.fetch_one(&app.pool).await.expect("a citizen");
        let mut actor = Self {
            name: name.to_owned(),
            phone,
            citizen_id,
            acts: acts.iter().cloned().collect(),
            at: begins_at,
            events: 0,
            known: Vec::new(),
        };
        actor.pass_time();
        actor
    }

    /// Lets time pass up to the next thing that is heard; a message comes a second after the one before it.
    fn pass_time(&mut self) {
        self.at += TimeDelta::seconds(1);
        for act in &self.acts {
            match act {
                Act::Wait(time) => self.at = next_beat(self.at + *time),
                act if act.is_heard() => return,
                _ => {}
            }
        }
    }

    /// What becomes known before the next thing that is heard; then its event.
    async fn next(&mut self, app: &TestApp, rules: &Rules) -> Option<Value> {
        loop {
            match self.acts.pop_front()? {
                Act::Know(known) => self.know(app, rules, &known).await,
                // What is held about a citizen, the register tells by itself.
                Act::Wait(_) | Act::Quiet(_) | Act::Hold(_) => {}
                Act::OfficerEnded => {
                    let mut connection = app.pool.acquire().await.expect("a connection");
                    zalo_petitions::petition::talk::end(&mut connection, self.citizen_id, self.at)
                        .await
                        .expect("ended");
                }
                act => {
                    self.events += 1;
                    return Some(self.event(app, &act).await);
                }
            }
        }
    }

    async fn know(&mut self, app: &TestApp, rules: &Rules, known: &Known) {
        let mut connection = app.pool.acquire().await.expect("a connection");
        if let Some(consent) = known.consent.as_ref().filter(|consent| !consent.is_empty()) {
            casework::record_consent(&mut connection, self.citizen_id, consent, self.at).await.expect("consent");
        }
        let Some(KnownPetition { reference, title, .. }) = &known.petition else { return };
        let filing = earlier(self.citizen_id, reference, title);
        let filed = casework::file(rules, &mut connection, &filing, self.at).await.expect("filed");
        let here = moved(reference, filed.petition_id);
        sqlx::query!("update petition set reference = $2 where petition_id = $1", filed.petition_id, here)
            .execute(&mut *connection)
            .await
            .expect("a reference");
        self.known.push((reference.clone(), here));
    }

    async fn event(&mut self, app: &TestApp, act: &Act) -> Value {
        let user = self.phone.user_id();
        let settings = &app.settings;
        let mut body = json!({
            "app_id": settings.zalo_app_id, "user_id_by_app": "3000000000000000003", "sender": { "id": user },
            "recipient": { "id": settings.zalo_oa_id }, "timestamp": self.at.timestamp_millis().to_string(),
        });
        let (name, message) = match act {
            Act::Say(text) => ("user_send_text", json!({ "text": self.here(app, text).await })),
            Act::Tap(title) => ("user_send_text", json!({ "text": self.pressed(title) })),
            Act::Send { kind, name } => sent(kind, name.as_deref().unwrap_or("tep")),
            Act::Sticker => {
                ("user_send_sticker", attached("sticker", json!({ "id": "1", "url": "https://z.example/1" })))
            }
            Act::BusinessCard => ("user_send_business_card", attached("link", json!({ "url": "https://z.example/2" }))),
            Act::Nothing => ("user_reacted_message", json!({ "react_icon": "/-heart" })),
            Act::Arrive => ("user_click_chatnow", json!({})),
            Act::Call => ("user_call_oa", json!({})),
            Act::Contact(contact) => {
                body["info"] = info(contact);
                ("user_submit_info", json!({}))
            }
            Act::OfficerWrote => {
                body["sender"] = json!({ "id": settings.zalo_oa_id, "admin_id": "5000000000000000005" });
                body["recipient"] = json!({ "id": user });
                ("oa_send_text", json!({ "text": "Chào Ông/Bà" }))
            }
            Act::Withdrawn => ("user_withdraw", json!({})),
            Act::Wait(_) | Act::Know(_) | Act::Quiet(_) | Act::Hold(_) | Act::OfficerEnded => {
                unreachable!("nobody hears this")
            }
        };
        body["event_name"] = json!(name);
        body["user_id"] = json!(user);
        body["message"] = message;
        body["message"]["msg_id"] = json!(format!("{user}-{}", self.events));
        body
    }

    /// What pressing the button sends; whoever does not see it yet types its title.
    fn pressed(&self, title: &str) -> String {
        let messages = replies(&self.phone);
        let choices = messages.iter().rev().flat_map(|bubble| &bubble.choices);
        let found = choices.into_iter().find(|choice| choice.title == title);
        match found.map(|choice| &choice.does) {
            Some(Does::Say(payload) | Does::Whisper(payload)) => payload.clone(),
            _ => title.to_owned(),
        }
    }

    /// A text with the references that it has here: numbers are given out over all citizens.
    async fn here(&mut self, app: &TestApp, text: &str) -> String {
        // Whoever names a petition names its number.
        if !text.contains(|sign: char| sign.is_ascii_digit()) {
            return text.to_owned();
        }
        let filed: Vec<String> = sqlx::query_scalar(
            "select reference from petition where citizen_id = $1 and draft_key not like 'earlier-%' order by petition_id",
        )
        .bind(self.citizen_id)
        .fetch_all(&app.pool)
        .await
        .expect("references");
        let filed = filed.into_iter().enumerate().map(|(nth, here)| (format!("0{}-K", FIRST + nth), here));
        let mut text = text.to_owned();
        for (there, here) in filed.chain(self.known.iter().cloned()) {
            let parts = |reference: &str| -> Option<(String, String)> {
                let (number, check) = reference.rsplit_once('-')?;
                Some((number.rsplit('-').next()?.to_owned(), check.to_owned()))
            };
            let (Some((number, check)), Some((number_here, check_here))) = (parts(&there), parts(&here)) else {
                continue;
            };
            let typed = Regex::new(&format!(r"(?i)\b{number}(\W{{0,2}}){check}\b")).expect("a pattern");
            text = typed.replace_all(&text, format!("{number_here}${{1}}{check_here}")).into_owned();
        }
        text
    }

    /// Everything that Zalo was given to show, with references by the order in which they came.
    fn read(&self) -> Vec<String> {
        let any = Regex::new(r"(HN-PAKN-\d{8}-)?\d{4,}-[0-9A-Z]\b").expect("a pattern");
        let mut order = Vec::<String>::new();
        let mut read = Vec::new();
        for bubble in replies(&self.phone) {
            let titles = bubble.choices.iter().map(|choice| format!("[{}]", choice.title));
            let card = bubble.card.iter().map(|card| format!("[{}] {}", card.title, card.subtitle));
            let shown = [bubble.text.clone()].into_iter().chain(card).chain(titles).collect::<Vec<_>>().join("\n");
            let numbered = any.replace_all(&shown, |found: &regex::Captures<'_>| {
                let short = found[0].rsplitn(3, '-').take(2).collect::<Vec<_>>().join("-");
                let nth = order.iter().position(|known| *known == short).unwrap_or_else(|| {
                    order.push(short);
                    order.len() - 1
                });
                format!("<mã {}>", nth + 1)
            });
            read.push(numbered.into_owned());
        }
        read
    }
}

/// After a pause all go on at the same moments: fewer rounds of the workers.
fn next_beat(at: DateTime<Utc>) -> DateTime<Utc> {
    const BEAT: i64 = 30;
    at + TimeDelta::seconds(BEAT - at.timestamp().rem_euclid(BEAT))
}

/// A petition from before, as far as the register holds what a transcript says of it.
fn earlier(citizen_id: i64, reference: &str, title: &str) -> Filing {
    let content = format!("{title}. Phản ánh này đã gửi từ trước.");
    let answers = [
        ("submitter_type", "individual"),
        ("submitter_name", "Trần Văn Bình"),
        ("address_detail", "số 8 ngõ 30 Nguyễn Thượng Hiền"),
        ("phone", "+84901234567"),
        ("category", "regulation_policy_procedure"),
        ("title", title),
        ("content", &content),
        ("publish_consent", "no"),
    ];
    let answers = answers.into_iter().map(|(name, answer)| (name.to_owned(), Personal::new(answer)));
    Filing {
        citizen_id,
        draft_key: format!("earlier-{citizen_id}-{reference}"),
        answers: answers.collect(),
        extra: Vec::new(),
        attachments: Vec::new(),
        consent_version: "2026-11".to_owned(),
    }
}

/// The reference of a transcript with a number that nobody else has.
fn moved(reference: &str, petition_id: i64) -> String {
    let day = reference.split('-').nth(2).and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok()).expect("a day");
    // The days of the transcripts are over: nothing gives out numbers of theirs but the first hundreds.
    let number = 1_000 + u32::try_from(petition_id).expect("a small number");
    Reference::new(day, number).expect("a reference").to_string()
}

fn sent(kind: &str, name: &str) -> (&'static str, Value) {
    let url = format!("https://zalo.example/{name}");
    match kind {
        "image" => ("user_send_image", attached("image", json!({ "thumbnail": url, "url": url }))),
        "audio" => ("user_send_audio", attached("audio", json!({ "url": url }))),
        "video" => ("user_send_video", attached("video", json!({ "thumbnail": url, "url": url }))),
        "location" => {
            let coordinates = json!({ "latitude": "21.03", "longitude": "105.85" });
            ("user_send_location", attached("location", json!({ "coordinates": coordinates })))
        }
        _ => ("user_send_file", attached("file", json!({ "url": url, "name": name, "size": "20480" }))),
    }
}

fn attached(kind: &str, payload: Value) -> Value {
    json!({ "attachments": [{ "type": kind, "payload": payload }] })
}

fn info(contact: &Contact) -> Value {
    let reveal = |value: &Option<Personal>| value.as_ref().map(|value| value.reveal().to_owned());
    json!({
        "name": reveal(&contact.name), "phone": reveal(&contact.phone),
        "full_address": {
            "user_address": reveal(&contact.address), "user_ward": contact.ward, "user_city": contact.city,
        },
    })
}

/// Plays all transcripts along one clock; gives what each citizen read.
async fn play(app: &TestApp, rules: &Rules, scripts: &[(String, Vec<Act>)], run: Run) -> BTreeMap<String, Vec<String>> {
    let begins_at = app.now();
    let mut actors = Vec::new();
    for (name, acts) in scripts {
        actors.push(Actor::new(app, name, acts, begins_at).await);
    }
    while let Some(at) = actors.iter().filter(|actor| !actor.acts.is_empty()).map(|actor| actor.at).min() {
        if at - app.now() > PAUSE {
            // What waits for more is sent before time leaps.
            app.wait(PAUSE).await;
        }
        app.wait(at - app.now()).await;
        if run == Run::Flushed {
            app.lose_sessions().await;
        }
        let mut events = Vec::new();
        for actor in actors.iter_mut().filter(|actor| !actor.acts.is_empty() && actor.at == at) {
            actor.phone.wrote_before("…");
            events.extend(actor.next(app, rules).await);
            actor.pass_time();
        }
        let twice: Vec<&Value> = events.iter().chain(events.iter().filter(|_| run == Run::Twice)).collect();
        futures::future::join_all(twice.into_iter().map(|event| app.knock(event))).await;
        app.settle().await;
        if run == Run::Twice {
            futures::future::join_all(events.iter().map(|event| app.knock(event))).await;
            app.settle().await;
        }
    }
    app.wait(PAUSE).await;
    actors.iter().map(|actor| (actor.name.clone(), actor.read())).collect()
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_transcript_reads_the_same_however_it_is_disturbed(pool: PgPool) {
    let scripts = scripts();
    let mut read = Vec::new();
    for run in [Run::Plainly, Run::Flushed, Run::Twice] {
        // Each house has a Zalo of its own, which gave out no tokens yet.
        sqlx::query("delete from zalo_token").execute(&pool).await.expect("no tokens");
        let app = TestApp::furnished(&pool, &redis_url(), |settings| settings.dialog_quiet = 1.0).await;
        let rules = Rules::load(&app.settings).expect("rules");
        let begun = std::time::Instant::now();
        read.push(play(&app, &rules, &scripts, run).await);
        println!("{run:?}: {:?}", begun.elapsed());
        app.finish().await;
    }
    let [plainly, flushed, twice] = read.as_slice() else { unreachable!("three runs") };
    assert_eq!(plainly.len(), scripts.len());
    for (name, messages) in plainly {
        assert!(!messages.is_empty(), "{name}: nothing was said");
        assert_eq!(messages, &flushed[name], "{name}: with Redis emptied between any two turns");
        assert_eq!(messages, &twice[name], "{name}: with every event delivered twice");
    }
    let said: usize = plainly.values().map(Vec::len).sum();
    assert!(said > 5 * scripts.len(), "{said} messages in {} transcripts", scripts.len());
    assert!(BEGINS_AT.starts_with("2026-11-18"), "the transcripts begin on that day");
}
