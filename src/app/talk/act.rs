//! What a phone does, and how a transcript writes it down.

use std::collections::BTreeMap;
use std::fmt;

use chrono::TimeDelta;

use crate::dialog::{Contact, Held};
use crate::privacy::Personal;

/// A line of a transcript in its parts: `contact name="Lê Thu Trang" phone=84987654321`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    pub name: String,
    pub positional: Vec<String>,
    pub keyed: BTreeMap<String, String>,
}

/// Something that a phone does, or that becomes known of the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A message; one that begins with `#` and a letter is a button of a notice, pressed.
    Say(String),
    /// The button of that title in the latest message that bore it.
    Tap(String),
    /// A photo, a file, a voice message, a place.
    Send {
        kind: &'static str,
        name: Option<String>,
    },
    Sticker,
    /// Somebody's contact card.
    BusinessCard,
    Call,
    /// The chat was opened.
    Arrive,
    /// A reaction: nothing that wants a reply.
    Nothing,
    /// Zalo's contact form.
    Contact(Contact),
    Wait(TimeDelta),
    /// What is known of the world.
    Know(Box<Known>),
    /// What is held about the citizen.
    Hold(Held),
    /// An officer writes to the citizen.
    OfficerWrote,
    /// An officer ends the talk.
    OfficerEnded,
    /// The citizen withdraws from the account, on Zalo's side.
    Withdrawn,
    /// The factor on every pause before a reply.
    Quiet(f64),
}

/// Facts, as a transcript gives them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    pub consent: Option<String>,
    /// When an officer reads next; empty: now.
    pub back: Option<String>,
    pub petition: Option<KnownPetition>,
    /// Contact data of last time, by [`LAST_TIME`]; empty: none.
    pub contact: BTreeMap<String, String>,
    /// A petition that may be about the same, by [`ALIKE`]; empty: none.
    pub similar: BTreeMap<String, String>,
}

/// A petition of the citizen's from before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownPetition {
    pub reference: String,
    pub title: String,
    pub status: Option<String>,
    pub detail: Option<String>,
    pub result: Option<String>,
    /// What can still be done with it, by [`STANDS`].
    pub stands: BTreeMap<String, String>,
}

/// Names of what is sent along, and their kinds.
const SENT: [(&str, &str); 5] =
    [("photo", "image"), ("file", "file"), ("video", "video"), ("voice", "audio"), ("location", "location")];

const FACTS: [&str; 23] = [
    "consent",
    "back",
    "petition",
    "title",
    "status",
    "detail",
    "result",
    "contact",
    "type",
    "representative",
    "tax",
    "phone",
    "commune",
    "house",
    "similar",
    "place",
    "answered",
    "text",
    "answer",
    "can",
    "asked",
    "reopened",
    "rated",
];
/// Of a petition: `can=open`, `can=answered` or `can=nothing`; what an officer asked for; whether it was reopened, rated.
const STANDS: [&str; 4] = ["can", "asked", "reopened", "rated"];
/// Of contact data: the name first, the others as answers of the form.
pub(super) const LAST_TIME: [(&str, &str); 7] = [
    ("contact", "submitter_name"),
    ("type", "submitter_type"),
    ("representative", "representative_name"),
    ("tax", "tax_code"),
    ("phone", "phone"),
    ("commune", "commune_code"),
    ("house", "address_detail"),
];
/// Of a petition that may be about the same: its reference first.
const ALIKE: [&str; 7] = ["similar", "title", "place", "answered", "text", "answer", "result"];
const PURPOSES: [&str; 4] = ["processing", "reuse", "survey", "messages"];
const HELD: [&str; 7] = ["person", "petitions", "published", "processing", "reuse", "survey", "messages"];
const CONTACT: [&str; 6] = ["name", "phone", "address", "ward", "district", "city"];

impl Act {
    /// Names of the acts: any other first word of a transcript's line is a message.
    pub const NAMES: [&str; 21] = [
        "say",
        "tap",
        "payload",
        "wait",
        "photo",
        "file",
        "video",
        "voice",
        "location",
        "sticker",
        "card",
        "call",
        "arrive",
        "nothing",
        "contact",
        "facts",
        "quiet",
        "held",
        "officer-wrote",
        "officer-ended",
        "withdrawn",
    ];

    /// Reads a line of a transcript.
    pub fn read(words: Words) -> Result<Act, String> {
        let Words { name, mut positional, keyed } = words;
        positional.reverse();
        let mut next = |what: &str| positional.pop().ok_or(format!("{name}: thiếu {what}"));
        let act = match name.as_str() {
            "say" => Act::Say(next("tin")?),
            "payload" => Act::Say(next("nút")?),
            "tap" => Act::Tap(next("tên nút")?),
            "wait" => Act::Wait(time(&next("thời gian")?)?),
            "quiet" => Act::Quiet(next("một số")?.parse().map_err(|_| "quiet: thiếu một số")?),
            "sticker" => Act::Sticker,
            "card" => Act::BusinessCard,
            "call" => Act::Call,
            "arrive" => Act::Arrive,
            "nothing" => Act::Nothing,
            "officer-wrote" => Act::OfficerWrote,
            "officer-ended" => Act::OfficerEnded,
            "withdrawn" => Act::Withdrawn,
            "held" => return Ok(Act::Hold(held(known_keys(&name, keyed, &HELD)?)?)),
            "contact" => return Ok(Act::Contact(contact(known_keys(&name, keyed, &CONTACT)?))),
            "facts" => return Ok(Act::Know(Box::new(known(known_keys(&name, keyed, &FACTS)?)?))),
            other => match SENT.iter().find(|(sent, _)| *sent == other) {
                Some((_, kind)) => Act::Send { kind, name: next("tên").ok() },
                None => return Err(format!("không có lệnh «{other}»")),
            },
        };
        match (positional.pop(), keyed.keys().next()) {
            (Some(more), _) => Err(format!("{name}: thừa «{more}»")),
            (None, Some(key)) => Err(format!("{name}: không có «{key}=»")),
            (None, None) => Ok(act),
        }
    }

    /// Whether the account hears of it: time and facts are not heard.
    pub fn is_heard(&self) -> bool {
        !matches!(self, Act::Wait(_) | Act::Know(_) | Act::Quiet(_))
    }
}

fn known_keys(name: &str, keyed: BTreeMap<String, String>, keys: &[&str]) -> Result<BTreeMap<String, String>, String> {
    match keyed.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!("{name}: không có «{key}=»")),
        None => Ok(keyed),
    }
}

fn contact(mut keyed: BTreeMap<String, String>) -> Contact {
    Contact {
        name: keyed.remove("name").map(Personal::new),
        phone: keyed.remove("phone").map(Personal::new),
        address: keyed.remove("address").map(Personal::new),
        ward: keyed.remove("ward"),
        district: keyed.remove("district"),
        city: keyed.remove("city"),
    }
}

fn known(mut keyed: BTreeMap<String, String>) -> Result<Known, String> {
    let has = |key: &str| keyed.contains_key(key);
    let (has_contact, has_similar, has_petition) = (has("contact"), has("similar"), has("petition"));
    let mut taken = |is_there: bool, keys: &[&str]| -> BTreeMap<String, String> {
        let keys = keys.iter().filter(|_| is_there);
        keys.filter_map(|key| Some(((*key).to_owned(), keyed.remove(*key)?))).collect()
    };
    let contact = taken(has_contact, &LAST_TIME.map(|(key, _)| key));
    let similar = taken(has_similar, &ALIKE);
    let stands = taken(has_petition, &STANDS);
    let petition = keyed.remove("petition").map(|reference| KnownPetition {
        stands,
        reference,
        title: keyed.remove("title").unwrap_or_default(),
        status: keyed.remove("status"),
        detail: keyed.remove("detail"),
        result: keyed.remove("result"),
    });
    let known = Known { consent: keyed.remove("consent"), back: keyed.remove("back"), petition, contact, similar };
    match keyed.keys().next() {
        Some(key) => Err(format!("facts: «{key}=» chỉ đi với petition=, contact= hoặc similar=")),
        None => Ok(known),
    }
}

fn held(mut keyed: BTreeMap<String, String>) -> Result<Held, String> {
    let petitions = keyed.remove("petitions").unwrap_or_else(|| "0".to_owned());
    let published = keyed.remove("published").unwrap_or_default();
    let consent = |purpose: &str| Some((purpose.to_owned(), keyed.get(purpose)?.clone()));
    Ok(Held {
        consents: PURPOSES.into_iter().filter_map(consent).collect(),
        person: keyed.remove("person").map(Personal::new),
        petitions: petitions.parse().map_err(|_| "held: «petitions=» phải là một số")?,
        published: published.split_whitespace().map(str::to_owned).collect(),
    })
}

/// «2d», «30m»
fn time(text: &str) -> Result<TimeDelta, String> {
    let wrong = || format!("«{text}» phải như 30s, 5m, 2h, 1d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let amount: i64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    // Longer than any conversation, and far from the end of time.
    if !(0..=100_000).contains(&amount) {
        return Err(wrong());
    }
    Ok(TimeDelta::seconds(seconds * amount))
}

/// As a transcript writes it.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Say(text) if is_plain(text) => write!(f, "> {text}"),
            Act::Say(text) => write!(f, "say {text:?}"),
            Act::Tap(title) => write!(f, "tap {title:?}"),
            Act::Send { kind, name } => {
                let sent = SENT.iter().find(|(_, known)| known == kind).map_or("file", |(sent, _)| sent);
                write!(f, "{sent}")?;
                pairs(f, [("", name)])
            }
            Act::Sticker => write!(f, "sticker"),
            Act::BusinessCard => write!(f, "card"),
            Act::Call => write!(f, "call"),
            Act::Arrive => write!(f, "arrive"),
            Act::Nothing => write!(f, "nothing"),
            Act::Contact(contact) => {
                write!(f, "contact")?;
                let reveal = |value: &Option<Personal>| value.as_ref().map(|value| value.reveal().to_owned());
                let (name, phone, address) = (reveal(&contact.name), reveal(&contact.phone), reveal(&contact.address));
                let rest = [("ward", &contact.ward), ("district", &contact.district), ("city", &contact.city)];
                pairs(f, [("name", &name), ("phone", &phone), ("address", &address)].into_iter().chain(rest))
            }
            Act::Wait(time) => write!(f, "wait {}", said(*time)),
            Act::Know(known) => {
                write!(f, "facts")?;
                pairs(f, [("consent", &known.consent), ("back", &known.back)])?;
                for (given, first) in [(&known.contact, "contact"), (&known.similar, "similar")] {
                    let keys = given.keys().filter(|key| *key != first).map(String::as_str);
                    for key in std::iter::once(first).filter(|_| !given.is_empty()).chain(keys) {
                        write!(f, " {key}={:?}", given[key])?;
                    }
                }
                let Some(petition) = &known.petition else { return Ok(()) };
                let (reference, title) = (Some(petition.reference.clone()), Some(petition.title.clone()));
                let rest = [("status", &petition.status), ("detail", &petition.detail), ("result", &petition.result)];
                pairs(f, [("petition", &reference), ("title", &title)].into_iter().chain(rest))?;
                petition.stands.iter().try_for_each(|(key, value)| write!(f, " {key}={value:?}"))
            }
            Act::Hold(held) => {
                write!(f, "held")?;
                let person = held.person.as_ref().map(|person| person.reveal().to_owned());
                let petitions = Some(held.petitions.to_string());
                let published = Some(held.published.join(" ")).filter(|published| !published.is_empty());
                pairs(f, [("person", &person), ("petitions", &petitions), ("published", &published)])?;
                let on =
                    |purpose: &str| held.consents.iter().find(|(name, _)| name == purpose).map(|(_, on)| on.clone());
                PURPOSES.into_iter().try_for_each(|purpose| pairs(f, [(purpose, &on(purpose))]))
            }
            Act::OfficerWrote => write!(f, "officer-wrote"),
            Act::OfficerEnded => write!(f, "officer-ended"),
            Act::Withdrawn => write!(f, "withdrawn"),
            Act::Quiet(factor) => write!(f, "quiet {factor}"),
        }
    }
}

/// Whether a message can stand behind `> `: one line that is not read as anything else.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.ends_with('\\')
        && !text.chars().any(|letter| letter.is_control() || letter == '\u{2028}')
        && !Act::NAMES.contains(&text)
}

fn pairs<'v>(
    f: &mut fmt::Formatter<'_>,
    pairs: impl IntoIterator<Item = (&'static str, &'v Option<String>)>,
) -> fmt::Result {
    for (key, value) in pairs {
        let Some(value) = value else { continue };
        let equals = if key.is_empty() { "" } else { "=" };
        match is_bare(value) {
            true => write!(f, " {key}{equals}{value}")?,
            false => write!(f, " {key}{equals}{value:?}")?,
        }
    }
    Ok(())
}

fn is_bare(value: &str) -> bool {
    let is_word = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    value.starts_with(is_word) && value.chars().all(|sign| is_word(sign) || "-./@".contains(sign))
}

fn said(time: TimeDelta) -> String {
    let seconds = time.num_seconds();
    let units = [('d', 86_400), ('h', 3_600), ('m', 60)];
    let (unit, each) = units.into_iter().find(|(_, each)| seconds > 0 && seconds % each == 0).unwrap_or(('s', 1));
    format!("{}{unit}", seconds / each)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, positional: &[&str], keyed: &[(&str, &str)]) -> Result<Act, String> {
        Act::read(Words {
            name: name.to_owned(),
            positional: positional.iter().map(|word| (*word).to_owned()).collect(),
            keyed: keyed.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        })
    }

    #[test]
    fn an_act_is_written_as_it_is_read() {
        for (name, positional, keyed, written) in [
            ("say", &["xin chào"][..], &[][..], "> xin chào"),
            ("say", &["hai\ndòng"], &[], r#"say "hai\ndòng""#),
            ("say", &["sticker"], &[], r#"say "sticker""#),
            ("say", &["lùi \\"], &[], r#"say "lùi \\""#),
            ("payload", &["#view:latest"], &[], "> #view:latest"),
            ("tap", &["Gửi, cho đăng"], &[], "tap \"Gửi, cho đăng\""),
            ("photo", &["a.jpg"], &[], "photo a.jpg"),
            ("voice", &[], &[], "voice"),
            ("card", &[], &[], "card"),
            ("wait", &["48h"], &[], "wait 2d"),
            ("wait", &["90s"], &[], "wait 90s"),
            ("contact", &[], &[("name", "Lê Trang"), ("phone", "849")], "contact name=\"Lê Trang\" phone=849"),
            ("facts", &[], &[("consent", "2026-11"), ("back", "")], "facts consent=2026-11 back=\"\""),
            ("facts", &[], &[("petition", "HN-1"), ("title", "A b")], "facts petition=HN-1 title=\"A b\""),
            ("facts", &[], &[("petition", "HN-1"), ("can", "open")], "facts petition=HN-1 title=\"\" can=\"open\""),
            ("facts", &[], &[("contact", "A B"), ("phone", "+84")], "facts contact=\"A B\" phone=\"+84\""),
            ("facts", &[], &[("similar", "HN-1"), ("text", "a")], "facts similar=\"HN-1\" text=\"a\""),
            ("quiet", &["0"], &[], "quiet 0"),
            (
                "held",
                &[],
                &[("petitions", "2"), ("published", "0042-K 0017-T"), ("survey", "1/12/2026")],
                "held petitions=2 published=\"0042-K 0017-T\" survey=1/12/2026",
            ),
            ("officer-wrote", &[], &[], "officer-wrote"),
        ] {
            let act = read(name, positional, keyed).expect(name);
            assert_eq!(act.to_string(), written);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, positional, keyed, said) in [
            ("dance", &[][..], &[][..], "không có lệnh «dance»"),
            ("tap", &[], &[], "tap: thiếu tên nút"),
            ("wait", &["2y"], &[], "«2y» phải như 30s, 5m, 2h, 1d"),
            ("wait", &["é"], &[], "«é» phải như 30s, 5m, 2h, 1d"),
            ("sticker", &["x"], &[], "sticker: thừa «x»"),
            ("contact", &[], &[("fax", "1")], "contact: không có «fax=»"),
            ("facts", &[], &[("title", "A")], "facts: «title=» chỉ đi với petition=, contact= hoặc similar="),
        ] {
            assert_eq!(read(name, positional, keyed), Err(said.to_owned()));
        }
    }
}
