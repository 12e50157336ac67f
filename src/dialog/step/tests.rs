//! Whatever people send, the engine answers within its promises.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::dialog::{Awaiting, Contact, KnownPetition, Press};
use crate::privacy::Personal;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogs")).expect("dialogs without problems")
});

/// What citizens do that leads somewhere; `tap` presses the n-th button ever offered.
#[derive(Clone, Debug)]
enum Act {
    Type(String),
    Tap(usize),
    Send(&'static str, usize),
    Contact,
    Sticker,
    Arrive,
    Wait(i64),
}

const LINES: [&str; 62] = [
    "xin chào",
    "ok",
    "đồng ý",
    "không",
    "có",
    "1",
    "2",
    "3",
    "4",
    "5",
    "12",
    "gửi",
    "gửi phản ánh",
    "tiếp tục",
    "quay lại",
    "bỏ qua",
    "hủy",
    "để dành",
    "bỏ hẳn",
    "việc khác",
    "làm lại",
    "xem lại",
    "sửa",
    "sửa mục 1",
    "sửa mục 3",
    "sửa mục 4",
    "sửa mục 7",
    "thêm email",
    "tra cứu",
    "0042-k",
    "hn pakn 20261102 0009 c",
    "gặp cán bộ",
    "thôi",
    "xong",
    "không rõ",
    "Trần Văn Bình",
    "Công ty TNHH An Phát 0109988772",
    "0912345678",
    "0168 123 4567",
    "091234567",
    "phường Láng",
    "láng hạ cũ",
    "số 5 ngõ 12, phường Cửa Nam",
    "an@mail.vn",
    "doanh nghiệp",
    "Tôi nộp hồ sơ trợ cấp ở phường Cửa Nam từ 5/10, quá hẹn 10 ngày rồi",
    "cán bộ phường quát mắng tôi, thái độ rất hách dịch",
    "Tôi rất bực mình với chỗ này, mong xem lại giúp",
    "bổ sung",
    "rút phản ánh",
    "không rút",
    "đã xong",
    "chưa xong",
    "mở lại",
    "hài lòng",
    "bt",
    "⭐⭐⭐⭐⭐",
    "rất tệ",
    "không còn giấy",
    "còn nữa",
    "xong, gửi đi",
    "0001-k",
];

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => prop::sample::select(LINES.to_vec()).prop_map(|line| Act::Type(line.to_owned())),
        2 => ".{0,80}".prop_map(Act::Type),
        1 => "#[a-z]{0,8}(:[a-z0-9*]{0,6}){0,3}".prop_map(Act::Type),
        1 => "[a-zàảãạđ {}\\n]{1500,2500}".prop_map(Act::Type),
        6 => (0_usize..40).prop_map(Act::Tap),
        2 => (prop::sample::select(vec!["image", "audio", "location", "file", "?"]), 1_usize..4).prop_map(|(kind, count)| Act::Send(kind, count)),
        1 => Just(Act::Contact),
        1 => Just(Act::Sticker),
        1 => Just(Act::Arrive),
        3 => prop::sample::select(vec![1_i64, 5, 60, 50_000, 700_000]).prop_map(Act::Wait),
    ]
}

fn message(text: &str) -> Heard {
    Heard::Message { text: text.into(), attachments: Vec::new() }
}

fn files(kind: &str, count: usize) -> Heard {
    let file = Attachment {
        kind: kind.to_owned(),
        url: None,
        name: Some("{reference}.jpg".to_owned()),
        size: None,
        description: None,
        latitude: None,
        longitude: None,
        is_identity: false,
    };
    Heard::Message { text: Personal::default(), attachments: vec![file; count] }
}

fn contact() -> Heard {
    Heard::Contact(Contact {
        name: Some("Lê Thu Trang".into()),
        phone: Some("84987654321".into()),
        address: Some("16 ngõ 298 Ngọc Lâm".into()),
        ward: Some("Phường Bồ Đề".to_owned()),
        district: None,
        city: None,
    })
}

fn known(number: usize, draft: &str) -> KnownPetition {
    KnownPetition {
        reference: format!("HN-PAKN-20261118-{number:04}-K"),
        short: format!("{number:04}-K"),
        title: "Trợ cấp quá hẹn ".repeat(12),
        draft: draft.to_owned(),
        submitted: "9h24 ngày 18/11/2026".to_owned(),
        status_line: "đang giải quyết, hạn 10/12/2026".to_owned(),
        detail: "ĐANG GIẢI QUYẾT".to_owned(),
        result_url: None,
        short_title: "Trợ cấp quá hẹn".to_owned(),
        is_open: number % 2 == 1,
        awaiting: (number % 4 == 1)
            .then(|| Awaiting { asked: "ảnh giấy hẹn".into(), until: "17h thứ Tư 2/12/2026".into() }),
        can_supplement: number % 2 == 1,
        can_withdraw: number % 2 == 1,
        can_reopen: number.is_multiple_of(2),
        can_rate: number.is_multiple_of(2),
        ..KnownPetition::default()
    }
}

/// A conversation and everything it has shown and filed.
struct Played {
    session: Session,
    facts: Facts,
    at: DateTime<Utc>,
    buttons: Vec<String>,
    filed: BTreeSet<String>,
}

impl Played {
    fn new() -> Self {
        let at = "2026-11-18T02:10:00Z".parse().expect("a time");
        Self { session: Session::default(), facts: Facts::default(), at, buttons: Vec::new(), filed: BTreeSet::new() }
    }

    fn act(&mut self, act: &Act, event: usize) {
        let heard = match act {
            Act::Type(text) => message(text),
            Act::Tap(at) if self.buttons.is_empty() => files("image", at % 3),
            Act::Tap(at) => message(&self.buttons[self.buttons.len() - 1 - at % self.buttons.len()]),
            Act::Send(kind, count) => files(kind, *count),
            Act::Contact => contact(),
            Act::Sticker => Heard::Sticker,
            Act::Arrive => Heard::Arrived,
            Act::Wait(seconds) => {
                self.at += TimeDelta::seconds(*seconds);
                return;
            }
        };
        self.at += TimeDelta::seconds(1);
        let event = format!("event-{event}");
        let turn = step(&CATALOG, &self.session, &heard, &self.facts, self.at, &event);
        assert_eq!(
            turn,
            step(&CATALOG, &self.session, &heard, &self.facts, self.at, &event),
            "a replay thinks the same"
        );
        assert_eq!(Session::decode(&turn.session.encode()).as_ref(), Some(&turn.session));
        let says = turn.effects.iter().filter(|effect| matches!(effect, Effect::Say(_))).count();
        assert!(
            says == 0 || (says == 1 && matches!(turn.effects.last(), Some(Effect::Say(_)))),
            "one turn, one message"
        );
        self.session = turn.session;
        for effect in turn.effects {
            self.follow(effect);
        }
    }

    fn follow(&mut self, effect: Effect) {
        match effect {
            Effect::Consent { version } => self.facts.consent_version = Some(version),
            Effect::File(draft) if draft.about.is_some() => {
                let about = draft.about.as_deref();
                let own = self.facts.petitions.iter().find(|petition| Some(petition.reference.as_str()) == about);
                assert!(own.is_some(), "a form about one of the citizen's own petitions");
                assert!(!draft.answers.is_empty() || !draft.attachments.is_empty(), "something is filed");
                assert!(draft.attachments.len() <= 10);
            }
            Effect::File(draft) => {
                assert!(self.filed.insert(draft.key.clone()), "a draft is filed once");
                assert_eq!(
                    Some(&draft.consent_version),
                    self.facts.consent_version.as_ref(),
                    "agreed before it is filed"
                );
                for required in [
                    "submitter_type",
                    "submitter_name",
                    "address_detail",
                    "category",
                    "content",
                    "title",
                    "publish_consent",
                ] {
                    let answer = draft.answers.get(required).map(Personal::reveal).unwrap_or_default();
                    assert!(!answer.trim().is_empty(), "{required} is missing");
                }
                let length = draft.answers["content"].reveal().chars().count();
                assert!((20..=10_000).contains(&length) && draft.attachments.len() <= 10);
                let petition = known(self.filed.len(), &draft.key);
                self.facts.petitions.insert(0, petition);
                self.facts.petitions.truncate(10);
            }
            Effect::Say(say) => self.look_at(&say),
            Effect::Remind { say, .. } => self.look_at(&say),
            Effect::LookUp { .. }
            | Effect::CallOfficer { .. }
            | Effect::Empty { .. }
            | Effect::Confide { .. }
            | Effect::Reuse { .. }
            | Effect::KeepForOfficer
            | Effect::MachineBack
            | Effect::EraseMine
            | Effect::CorrectMine { .. }
            | Effect::WithdrawConsent { .. }
            | Effect::GiveConsent { .. } => {}
        }
    }

    fn look_at(&mut self, say: &Say) {
        let length = say.text.chars().count();
        assert!((1..=2_000).contains(&length), "a text of {length} characters");
        assert!(say.buttons.len() <= 5);
        if let Some(card) = &say.card {
            assert!((1..=100).contains(&card.title.chars().count()), "{card:?}");
            assert!((1..=500).contains(&card.subtitle.chars().count()), "{card:?}");
        }
        for button in &say.buttons {
            assert!((1..=100).contains(&button.title.chars().count()), "{button:?}");
            if let Press::Payload(payload) = &button.press {
                assert!(payload.starts_with('#') && payload.chars().count() <= 1_000, "{payload}");
                self.buttons.push(payload.clone());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_conversation_keeps_the_promises(acts in prop::collection::vec(act(), 1..40)) {
        let mut played = Played::new();
        for (at, act) in acts.iter().enumerate() {
            played.act(act, at);
        }
    }
}

#[test]
fn the_petition_form_collects_what_the_national_form_asks() {
    let forms = CATALOG.forms();
    for answer in [
        "submitter_type",
        "submitter_name",
        "representative_name",
        "province_code",
        "commune_code",
        "address_detail",
        "phone",
        "email",
        "target_agency_code",
        "category",
        "title",
        "content",
        "proposal",
        "tax_code",
        "publish_consent",
        "identity_confidential",
    ] {
        assert!(forms["petition"].contains(answer), "{answer}");
    }
}

#[test]
fn what_a_citizen_types_is_never_taken_for_a_slot() {
    let facts = Facts { consent_version: Some(CATALOG.consent_version().to_owned()), ..Facts::default() };
    let mut at = "2026-11-18T02:10:00Z".parse().expect("a time");
    let mut session = Session::default();
    let mut shown = String::new();
    let story = "Hồ sơ {phone} ở phường Láng quá hẹn {category}";
    for (event, text) in [story, "Trần Văn Bình", "0912345678", "số {title} ngõ 5, phường Láng"].into_iter().enumerate()
    {
        at += TimeDelta::minutes(1);
        let turn = step(&CATALOG, &session, &message(text), &facts, at, &event.to_string());
        session = turn.session;
        let Some(Effect::Say(say)) = turn.effects.last() else { panic!("a reply") };
        shown.clone_from(&say.text);
    }
    assert!(shown.contains("Mục 2. Điện thoại: 0912 345 678"), "{shown}");
    assert!(shown.contains(story) && shown.contains("số {title} ngõ 5"), "{shown}");
}

#[test]
fn a_quiet_of_zero_never_waits_and_never_joins_messages() {
    let catalog = CATALOG.clone().with_quiet(0.0);
    let facts = Facts { consent_version: Some(catalog.consent_version().to_owned()), ..Facts::default() };
    let at = "2026-11-18T02:10:00Z".parse().expect("a time");
    let story = "Tôi nộp hồ sơ trợ cấp từ 5/10, quá hẹn 10 ngày rồi";
    let first = step(&catalog, &Session::default(), &message(story), &facts, at, "1");
    let second = step(&catalog, &first.session, &message("phường Láng"), &facts, at, "2");
    assert_eq!(second.session.open.expect("a form").answer("content"), Some(story));
    let Some(Effect::Say(say)) = first.effects.last() else { panic!("a reply") };
    assert_eq!(say.quiet, 0);
}
