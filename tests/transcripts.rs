//! Conversations as tests: every file in `tests/transcripts/` is played against the real dialogs.
//!
//! `> text` is one message of the citizen. Besides there are
//!
//! - `tap "Title"`: the button of that title in the latest message that bore it, pressed;
//! - `payload "#view:…"`: a button of a notice, pressed;
//! - `photo a.jpg`, `file a.pdf`, `video`, `voice`, `location`, `sticker`, `card`, `call`, `arrive`, `nothing`;
//! - `contact name=… phone=… address=… ward=… city=…`: Zalo's contact form sent;
//! - `wait 2d`: time passes (`s`, `m`, `h`, `d`); a message comes a second after the one before it;
//! - `facts consent=…`, `facts petition=… title=… …`, `facts back="8h thứ Tư 25/11"`: what is known of the world.
//!
//! Several lines before one `---` are a burst; a reply that waits is replaced by the next one. `* …` are the effects.
//! `UPDATE_GOLDENFILES=1 cargo test --test transcripts` writes what is said; read the difference.

use std::error::Error;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use goldenscript::{Block, Command, Context};
use zalo_petitions::dialog::{
    Attachment, Button, Catalog, Contact, Draft, Effect, Facts, Heard, KnownPetition, Press, Say, Session, step,
};
use zalo_petitions::privacy::Personal;

type Failure = Box<dyn Error>;

/// What a phone does besides typing.
const COMMANDS: [&str; 14] = [
    "tap", "payload", "wait", "photo", "file", "video", "voice", "location", "sticker", "card", "call", "arrive",
    "nothing", "contact",
];

struct Phone {
    catalog: Catalog,
    session: Session,
    facts: Facts,
    at: DateTime<Utc>,
    events: u32,
    /// A reply that still waits, and until when.
    held: Option<(Say, DateTime<Utc>)>,
    /// The reminder that comes unless something is heard before.
    reminder: Option<(Say, DateTime<Utc>)>,
    output: String,
    /// Every button ever shown, the latest last.
    seen: Vec<Button>,
    filed: u32,
}

impl Phone {
    fn new() -> Self {
        let catalog = Catalog::load(Path::new("dialogs")).unwrap_or_else(|problems| {
            panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        Self {
            catalog: catalog.with_public_url("https://pakn.example/"),
            session: Session::default(),
            facts: Facts::default(),
            at: "2026-11-18T02:10:00Z".parse().expect("a time"),
            events: 0,
            held: None,
            reminder: None,
            output: String::new(),
            seen: Vec::new(),
            filed: 41,
        }
    }

    fn hear(&mut self, heard: &Heard) {
        self.events += 1;
        self.at += TimeDelta::seconds(1);
        self.release();
        let turn = step(&self.catalog, &self.session, heard, &self.facts, self.at, &format!("event-{}", self.events));
        assert_eq!(Session::decode(&turn.session.encode()).as_ref(), Some(&turn.session), "a session survives Redis");
        self.session = turn.session;
        let mut slots = Vec::new();
        if turn.effects.iter().any(|effect| matches!(effect, Effect::Say(_))) {
            self.reminder = None;
        }
        for effect in turn.effects {
            self.carry_out(effect, &mut slots);
        }
    }

    fn carry_out(&mut self, effect: Effect, slots: &mut Vec<(&'static str, String)>) {
        match effect {
            Effect::Consent { version } => {
                self.line(&format!("* đồng ý bản {version}"));
                self.facts.consent_version = Some(version);
            }
            Effect::Reuse { version } => self.line(&format!("* đồng ý dùng lại thông tin, bản {version}")),
            Effect::File(draft) => self.file(&draft, slots),
            Effect::LookUp { reference, phone } => {
                let phone = phone.map_or("không có số".to_owned(), |phone| phone.reveal().to_owned());
                self.line(&format!("* tra {reference}, {phone}"));
                slots.push(("lookup", format!("(kết quả tra {reference})")));
            }
            Effect::Empty { events } => self.line(&format!("* xóa trong một ngày: {}", events.join(", "))),
            Effect::Confide { events } => self.line(&format!("* chuyển danh sách kín: {}", events.join(", "))),
            Effect::Remind { say, at } => self.reminder = Some((say, at)),
            Effect::CallOfficer { about } => self.line(&format!("* báo cán bộ: {}", about.reveal())),
            Effect::Say(say) => {
                let slots: Vec<(&str, &str)> = slots.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let say = say.filled(&slots);
                if say.quiet > 0 {
                    let until = self.at + TimeDelta::seconds(i64::from(say.quiet));
                    self.held = Some((say, until));
                } else {
                    self.held = None;
                    self.show(&say);
                }
            }
        }
    }

    fn file(&mut self, draft: &Draft, slots: &mut Vec<(&'static str, String)>) {
        self.filed += 1;
        let short = format!("{:04}-K", self.filed);
        let reference = format!("HN-PAKN-20261118-{short}");
        self.line(&format!("* nộp {} từ {}, đồng ý bản {}", draft.form, draft.key, draft.consent_version));
        for (name, value) in &draft.answers {
            self.line(&format!("*   {name} = {:?}", value.reveal()));
        }
        for attachment in &draft.attachments {
            self.line(&format!("*   kèm {} {}", attachment.kind, attachment.name.as_deref().unwrap_or("")));
        }
        slots.push(("reference", reference.clone()));
        slots.push(("short", short.clone()));
        slots.push(("accept_due", "9h10 thứ Năm 19/11".to_owned()));
        slots.push(("answer_due", "17h thứ Năm 10/12/2026".to_owned()));
        let title = draft.answers["title"].reveal().to_owned();
        self.facts.petitions.insert(0, petition(&reference, &title, &draft.key, "9h24 ngày 18/11/2026"));
    }

    fn release(&mut self) {
        if self.held.as_ref().is_some_and(|(_, until)| *until <= self.at) {
            self.show_held();
        }
    }

    fn show_held(&mut self) {
        if let Some((say, _)) = self.held.take() {
            self.show(&say);
        }
    }

    fn show(&mut self, say: &Say) {
        assert!(say.text.chars().count() <= 2_000 && say.buttons.len() <= 5, "within Zalo's limits");
        assert!(!say.text.contains(['{', '}']), "no slot is left: {}", say.text);
        match &say.card {
            Some(card) => self.line(&format!("[Thẻ Zalo: {}] {}", card.title, card.subtitle)),
            None => self.line(&say.text),
        }
        for (at, button) in say.buttons.iter().enumerate() {
            let goes = match &button.press {
                Press::Payload(_) => String::new(),
                Press::Url(to) | Press::Phone(to) => format!(" → {to}"),
            };
            self.line(&format!("{}. {}{goes}", at + 1, button.title));
        }
        self.seen.extend(say.buttons.iter().cloned());
    }

    fn line(&mut self, line: &str) {
        self.output.push_str(line);
        self.output.push('\n');
    }

    fn say(&mut self, text: &str) {
        self.hear(&Heard::Message { text: Personal::new(text), attachments: Vec::new() });
    }

    fn tap(&mut self, title: &str) -> Result<(), Failure> {
        let button = self.seen.iter().rev().find(|button| button.title == title).cloned();
        match button.map(|button| button.press) {
            Some(Press::Payload(payload)) => {
                self.say(&payload);
                Ok(())
            }
            _ => Err(format!("no button «{title}» with a payload was shown").into()),
        }
    }

    fn wait(&mut self, time: &str) -> Result<(), Failure> {
        self.show_held();
        let (amount, unit) = time.split_at(time.len() - 1);
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(format!("no such unit: {time}").into()),
        };
        self.at += TimeDelta::seconds(seconds * amount.parse::<i64>()?);
        if self.reminder.as_ref().is_some_and(|(_, at)| *at <= self.at)
            && let Some((say, _)) = self.reminder.take()
        {
            self.show(&say);
        }
        Ok(())
    }

    fn send(&mut self, kind: &str, name: Option<&str>) {
        let attachment = Attachment {
            kind: kind.to_owned(),
            url: name.map(|name| format!("https://zalo.example/{name}")),
            name: name.map(str::to_owned),
            size: None,
            description: None,
            latitude: (kind == "location").then(|| "21.03".to_owned()),
            longitude: (kind == "location").then(|| "105.85".to_owned()),
            is_identity: false,
        };
        self.hear(&Heard::Message { text: Personal::default(), attachments: vec![attachment] });
    }

    fn know(&mut self, command: &Command) -> Result<(), Failure> {
        let mut args = command.consume_args();
        if let Some(consent) = args.take_key("consent") {
            self.facts.consent_version = Some(consent.to_owned());
        }
        if let Some(back) = args.take_key("back") {
            self.facts.officers_back = Some(back.to_owned()).filter(|back| !back.is_empty());
        }
        if let Some(reference) = args.take_key("petition") {
            let mut known =
                petition(reference, args.take_key("title").unwrap_or_default(), "elsewhere", "ngày 2/11/2026");
            known.status_line = args.take_key("status").unwrap_or("chờ tiếp nhận").to_owned();
            known.detail = args.take_key("detail").unwrap_or("CHỜ TIẾP NHẬN").to_owned();
            known.result_url = args.take_key("result").map(str::to_owned);
            self.facts.petitions.push(known);
        }
        args.reject_next()?;
        Ok(())
    }

    fn obey(&mut self, command: &Command) -> Result<(), Failure> {
        let mut args = command.consume_args();
        let first = args.next_pos();
        let name = first;
        match command.name.as_str() {
            "tap" => self.tap(name.ok_or("which button?")?)?,
            "payload" => self.say(name.ok_or("which payload?")?),
            "wait" => self.wait(name.ok_or("how long?")?)?,
            "photo" => self.send("image", name),
            "file" => self.send("file", name),
            "video" => self.send("video", name),
            "voice" => self.send("audio", name),
            "location" => self.send("location", None),
            "sticker" => self.hear(&Heard::Sticker),
            "card" => self.hear(&Heard::BusinessCard),
            "call" => self.hear(&Heard::Call),
            "arrive" => self.hear(&Heard::Arrived),
            "nothing" => self.hear(&Heard::Nothing),
            "contact" => {
                let mut given = |key: &str| args.take_key(key);
                let contact = Contact {
                    name: given("name").map(Personal::new),
                    phone: given("phone").map(Personal::new),
                    address: given("address").map(Personal::new),
                    ward: given("ward").map(str::to_owned),
                    district: given("district").map(str::to_owned),
                    city: given("city").map(str::to_owned),
                };
                self.hear(&Heard::Contact(contact));
            }
            other => return Err(format!("no such command: {other}").into()),
        }
        Ok(())
    }
}

fn petition(reference: &str, title: &str, draft: &str, submitted: &str) -> KnownPetition {
    KnownPetition {
        reference: reference.to_owned(),
        short: reference.splitn(4, '-').nth(3).unwrap_or(reference).to_owned(),
        title: title.to_owned(),
        draft: draft.to_owned(),
        submitted: submitted.to_owned(),
        status_line: "chờ tiếp nhận".to_owned(),
        detail: "CHỜ TIẾP NHẬN".to_owned(),
        result_url: None,
    }
}

impl goldenscript::Runner for Phone {
    type Command = Command;

    fn run(&mut self, command: &Command, _context: &Context) -> Result<String, Failure> {
        match command.name.as_str() {
            "facts" => self.know(command)?,
            name if COMMANDS.contains(&name) => self.obey(command)?,
            // `> text` comes as a name without arguments.
            text if command.args.is_empty() => self.say(text),
            other => return Err(format!("no such command: {other}").into()),
        }
        Ok(String::new())
    }

    fn end_block(&mut self, _block: &Block) -> Result<String, Failure> {
        self.show_held();
        let output = std::mem::take(&mut self.output);
        Ok(if output.is_empty() { "(không trả lời)".to_owned() } else { output })
    }
}

fn play(path: &Path) -> datatest_stable::Result<()> {
    goldenscript::run(&mut Phone::new(), path)?;
    Ok(())
}

datatest_stable::harness! {
    { test = play, root = "tests/transcripts", pattern = r"\.txt$" },
}
