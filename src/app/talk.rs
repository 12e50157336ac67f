//! `talk`: a conversation with the dialogs in a terminal, without any service. What would be filed is shown, not filed.

use std::io::{self, BufRead, Write};
use std::path::Path;

use crate::clock::Clock;
use crate::dialog::{Attachment, Catalog, Effect, Facts, Heard, KnownPetition, Press, Say, Session, step};
use crate::privacy::Personal;

/// A conversation with what it has brought about so far.
pub struct Talk {
    catalog: Catalog,
    session: Session,
    facts: Facts,
    clock: Clock,
    events: usize,
}

impl Talk {
    /// Begins with a citizen we know nothing of.
    pub fn new(catalog: Catalog, clock: Clock) -> Self {
        Self { catalog, session: Session::default(), facts: Facts::default(), clock, events: 0 }
    }

    /// One line: a message, or `/anh`, `/tep`, `/sticker` for what a phone does besides.
    fn hear(&mut self, line: &str) -> Vec<Effect> {
        self.events += 1;
        let attached = |kind: &str| Heard::Message {
            text: Personal::default(),
            attachments: vec![Attachment {
                kind: kind.to_owned(),
                url: None,
                name: None,
                size: None,
                description: None,
                latitude: None,
                longitude: None,
                is_identity: false,
            }],
        };
        let heard = match line {
            "/anh" => attached("image"),
            "/tep" => attached("file"),
            "/sticker" => Heard::Sticker,
            text => Heard::Message { text: Personal::new(text), attachments: Vec::new() },
        };
        let event = format!("talk-{}", self.events);
        let turn = step(&self.catalog, &self.session, &heard, &self.facts, self.clock.now(), &event);
        self.session = turn.session;
        turn.effects
    }

    /// What the service would do, on paper.
    fn carry_out(&mut self, effects: Vec<Effect>, out: &mut impl Write) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Consent { version } => {
                    writeln!(out, "  (ghi đồng ý, bản {version})")?;
                    self.facts.consent_version = Some(version);
                }
                Effect::Reuse { version } => writeln!(out, "  (ghi đồng ý dùng lại thông tin, bản {version})")?,
                Effect::File(draft) => {
                    let number = self.facts.petitions.len() + 1;
                    let reference = format!("HN-PAKN-20260101-{number:04}-A");
                    let title = draft.answers.get("title").map(|title| title.reveal().to_owned()).unwrap_or_default();
                    writeln!(out, "  (nộp phản ánh, {} mục)", draft.answers.len())?;
                    for (name, value) in &draft.answers {
                        writeln!(out, "    {name} = {}", value.reveal())?;
                    }
                    self.facts.petitions.insert(0, known(&reference, title, draft.key));
                }
                Effect::LookUp { reference, .. } => writeln!(out, "  (tra {reference})")?,
                Effect::Empty { events } => writeln!(out, "  (xóa trong một ngày: {})", events.join(", "))?,
                Effect::Confide { events } => writeln!(out, "  (chuyển danh sách kín: {})", events.join(", "))?,
                Effect::Remind { at, .. } => writeln!(out, "  (nhắc lúc {})", crate::clock::say_near_deadline(at))?,
                Effect::CallOfficer { .. } => writeln!(out, "  (báo cán bộ)")?,
                Effect::Say(say) => self.print(&say, out)?,
            }
        }
        Ok(())
    }

    fn print(&self, say: &Say, out: &mut impl Write) -> io::Result<()> {
        let reference = self.facts.petitions.first().map_or("", |petition| petition.reference.as_str());
        let say = say.filled(&[("reference", reference)]);
        match &say.card {
            Some(card) => writeln!(out, "[Thẻ Zalo: {}] {}", card.title, card.subtitle)?,
            None => writeln!(out, "{}", say.text)?,
        }
        for (at, button) in say.buttons.iter().enumerate() {
            let goes = match &button.press {
                Press::Payload(_) => String::new(),
                Press::Url(url) => format!(" → {url}"),
                Press::Phone(phone) => format!(" → {phone}"),
            };
            writeln!(out, "  {}. {}{goes}", at + 1, button.title)?;
        }
        Ok(())
    }
}

fn known(reference: &str, title: String, draft: String) -> KnownPetition {
    let short = reference.rsplitn(3, '-').take(2).collect::<Vec<_>>();
    KnownPetition {
        reference: reference.to_owned(),
        short: short.into_iter().rev().collect::<Vec<_>>().join("-"),
        title,
        draft,
        submitted: "vừa xong".to_owned(),
        status_line: "đã gửi".to_owned(),
        detail: "ĐÃ GỬI".to_owned(),
        result_url: None,
    }
}

/// Talks until the input ends.
pub fn talk(dialogs: &Path, clock: Clock, input: impl BufRead, mut out: impl Write) -> anyhow::Result<()> {
    let catalog = match Catalog::load(dialogs) {
        Ok(catalog) => catalog.with_quiet(0.0),
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            anyhow::bail!("{}", problems.join("\n"));
        }
    };
    let mut talk = Talk::new(catalog, clock);
    for line in input.lines() {
        let effects = talk.hear(line?.trim());
        talk.carry_out(effects, &mut out)?;
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}
