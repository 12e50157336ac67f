//! A person is wanted, or an officer writes (voice.md T16): the machine is silent, and comes back by itself.
//!
//! What the citizen began stands in the session; what the officer did comes with the facts of each event. The silence
//! ends when the officer ends the talk, when the citizen says so or presses a button, or after so many hours without a
//! word from an officer. Whoever has been waiting is told that the machine is back.

use chrono::TimeDelta;

use super::super::answer::choice;
use super::super::answer::story::shorten;
use super::super::answer::words::Meaning;
use super::super::session::{Aside, WithOfficer};
use super::super::turn::{Effect, OfficerTalk};
use super::Scene;
use crate::privacy::Personal;

/// So long after the citizen was last heard Zalo lets us write (zalo-oa 2.5).
const WINDOW: TimeDelta = TimeDelta::days(7);
/// Zalo's limit for the words under a card's title (zalo-oa 2.1).
const SUBTITLE: usize = 500;
/// Buttons that only look, and those that want an officer anyway: they do not end the talk.
const STAY: [&str; 6] = ["#view:", "#mine", "#public:", "#link:", "#person", "#message"];

impl Scene<'_> {
    /// Calls an officer, with what it is about, and says when somebody reads.
    pub(super) fn wants_officer(&mut self, screen: &str) {
        let title = self.answer_to("title").unwrap_or_default();
        let about: Vec<&str> = [self.said.as_str(), title].into_iter().filter(|part| !part.is_empty()).collect();
        let about_petition = self.at_hand().map(|petition| petition.reference.clone());
        self.effects.push(Effect::CallOfficer { about: Personal::new(about.join(": ")), about_petition });
        let away = self.facts.officers_back.clone();
        let is_away = away.is_some();
        self.set("back_at", away.unwrap_or_default());
        self.session.aside = None;
        self.screen(if is_away && screen == "person" { "person_away" } else { screen });
        self.session.officer = Some(WithOfficer { since: self.at, confirmed: !is_away, was_silent: false });
    }

    /// «Để lại lời nhắn»: what is written next is for the officer.
    pub(super) fn leave_message(&mut self) {
        let Some(back_at) = self.facts.officers_back.clone() else { return self.wants_officer("person") };
        self.set("back_at", back_at);
        self.session.aside = None;
        self.screen("leave_message");
        let since = self.session.officer.map_or(self.at, |officer| officer.since);
        self.session.officer = Some(WithOfficer { since, confirmed: false, was_silent: false });
    }

    /// What the officer did since the last event, before this one is heard.
    pub(super) fn follow_officer(&mut self) {
        if let Some(talk) = self.facts.officer {
            let has_news = self.has_news(talk);
            match (talk.over_since(), self.session.officer) {
                (Some(ended_at), Some(officer)) if officer.since <= ended_at => {
                    self.come_back("officer_ended", has_news)
                }
                (None, _) if has_news => self.listen(),
                _ => {}
            }
        }
        let silent = TimeDelta::hours(self.catalog.menu.silent_hours.into());
        if self.session.officer.is_some_and(|officer| self.at - officer.since >= silent) {
            self.machine_returns();
        }
    }

    /// Whether an officer has written since the citizen called or went on with the machine.
    fn has_news(&self, talk: OfficerTalk) -> bool {
        let since = self.session.officer.map(|officer| officer.since).max(self.session.returned_at);
        talk.wrote_at > since
    }

    /// An officer wrote: the silence begins, or goes on from there. What is typed now answers the officer, not the buttons
    /// of the machine's last reply.
    fn listen(&mut self) {
        let Some(since) = self.facts.officer.and_then(|talk| talk.wrote_at) else { return };
        let confirmed = self.session.officer.is_none_or(|officer| officer.confirmed);
        self.session.officer = Some(WithOfficer { since, confirmed, was_silent: true });
        self.session.offered.clear();
    }

    /// A pressed button: all but those that only look bring the machine back.
    pub(super) fn pressed_with_officer(&mut self, payload: &str) {
        if !STAY.iter().any(|stay| payload.starts_with(stay)) {
            self.machine_returns();
        }
    }

    /// A message for the officer. «tiếp tục», «menu», «hủy» and the buttons of the last reply bring the machine back.
    pub(super) fn message_for_officer(&mut self, text: &str) {
        let lexicon = &self.catalog.menu.lexicon;
        if let Some(offer) = choice::by_words(lexicon, text, &self.session.offered) {
            let payload = offer.payload.clone();
            self.pressed_with_officer(&payload);
            return self.pressed(&payload);
        }
        if lexicon.says_one_of(text, &self.catalog.menu.back_words) {
            self.machine_returns();
            if self.means(text, Meaning::GoOn) || !self.command(text) {
                self.back_from_officer();
            }
            return;
        }
        self.effects.push(Effect::KeepForOfficer);
        self.confirm_message();
    }

    /// Outside office hours nobody reads: said once, until the office has been open again.
    fn confirm_message(&mut self) {
        let away = self.facts.officers_back.clone();
        let Some(officer) = &mut self.session.officer else { return };
        let is_new = !std::mem::replace(&mut officer.confirmed, away.is_some());
        officer.was_silent = true;
        if let Some(back_at) = away.filter(|_| is_new) {
            self.set("back_at", back_at);
            self.screen("message_kept");
        }
    }

    /// An officer ended the talk. Nothing is said to somebody who has gone on with the machine already, or to whom Zalo
    /// lets us write no more.
    pub(super) fn officer_ended(&mut self) {
        let Some(talk) = self.facts.officer else { return };
        let Some(ended_at) = talk.over_since() else { return };
        let is_silent = self.session.officer.is_some_and(|officer| officer.since <= ended_at);
        if !is_silent && !self.has_news(talk) {
            return;
        }
        self.session.officer = None;
        self.session.returned_at = Some(ended_at);
        if self.session.heard_at.is_none_or(|heard_at| self.at - heard_at >= WINDOW) {
            return;
        }
        if self.has_substance() {
            self.session.aside = Some(Aside::Resuming { said: None, attachments: Vec::new() });
            return self.screen("officer_ended_draft");
        }
        self.screen("officer_ended");
    }

    /// The machine comes back although no officer ended the talk.
    pub(super) fn machine_returns(&mut self) {
        let Some(officer) = self.session.officer else { return };
        self.come_back("back_from_person", officer.was_silent);
        if self.facts.officer.is_some_and(|talk| talk.over_since().is_none()) {
            self.effects.push(Effect::MachineBack);
        }
    }

    fn come_back(&mut self, screen: &'static str, is_awaited: bool) {
        let Some(officer) = self.session.officer.take() else { return };
        let wrote_at = self.facts.officer.and_then(|talk| talk.wrote_at);
        self.session.returned_at = wrote_at.max(Some(self.at));
        self.returned = (is_awaited || officer.was_silent).then_some(screen);
    }

    fn back_from_officer(&mut self) {
        self.returned = None;
        let screen = self.catalog.screen("back_from_person");
        if self.session.open.is_some() || self.reopen_kept() {
            let text = self.fill(&screen.text);
            self.taken.push(text);
            return self.ask();
        }
        self.say(&screen.text, &screen.buttons);
    }

    /// Begins the reply with who is back; a turn without a reply says only that.
    pub(super) fn say_who_is_back(&mut self) {
        let Some(screen) = self.returned.take() else { return };
        if self.reply.is_none() {
            return self.screen(screen);
        }
        let note = self.fill(&self.catalog.screen(screen).text);
        if let Some(reply) = &mut self.reply {
            reply.text = super::say::within_limit(&format!("{note} {}", reply.text));
            // A card stands alone, so it says so itself.
            if let Some(card) = &mut reply.card {
                card.subtitle = shorten(&format!("{note} {}", card.subtitle), SUBTITLE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::LazyLock;

    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    use super::super::super::turn::{Facts, Heard, Say};
    use super::super::super::{Catalog, Session, step};
    use super::*;

    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogs")).expect("dialogs without problems")
    });

    #[derive(Clone, Debug)]
    enum Act {
        Type(&'static str),
        Wait(i64),
        OfficerWrites,
        OfficerEnds,
        Closes(bool),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        const SAID: [&str; 10] = [
            "gặp cán bộ",
            "vâng",
            "tiếp tục",
            "tra cứu",
            "1",
            "alo",
            "để lại lời nhắn",
            "Trần Văn Bình",
            "#person",
            "#mine",
        ];
        let said = prop::sample::select(SAID.to_vec()).prop_map(Act::Type);
        let story = Just(Act::Type("Tôi nộp hồ sơ trợ cấp hưu trí xã hội ở phường Cửa Nam từ 5/10, quá hẹn rồi"));
        let act = prop_oneof![
            4 => said,
            1 => story,
            2 => (0..900_i64).prop_map(Act::Wait),
            2 => Just(Act::OfficerWrites),
            1 => Just(Act::OfficerEnds),
            1 => any::<bool>().prop_map(Act::Closes),
        ];
        prop::collection::vec(act, 0..25)
    }

    struct Chat {
        session: Session,
        facts: Facts,
        at: DateTime<Utc>,
    }

    impl Chat {
        fn new() -> Self {
            let facts = Facts { consent_version: Some(CATALOG.consent_version().to_owned()), ..Facts::default() };
            Self { session: Session::default(), facts, at: "2026-11-18T02:10:00Z".parse().expect("a time") }
        }

        fn hear(&mut self, heard: &Heard) -> Option<Say> {
            self.at += TimeDelta::seconds(1);
            let turn = step(&CATALOG, &self.session, heard, &self.facts, self.at, "event");
            self.session = turn.session;
            let mut said = None;
            for effect in turn.effects {
                match effect {
                    Effect::MachineBack => self.end(),
                    Effect::Say(say) => said = Some(say),
                    _ => {}
                }
            }
            said
        }

        fn types(&mut self, text: &str) -> Option<Say> {
            self.hear(&Heard::Message { text: Personal::new(text), attachments: Vec::new() })
        }

        fn end(&mut self) {
            if let Some(talk) = &mut self.facts.officer {
                talk.ended_at = Some(self.at);
            }
        }

        fn play(&mut self, acts: &[Act]) {
            for act in acts {
                match act {
                    Act::Type(text) => drop(self.types(text)),
                    Act::Wait(minutes) => self.at += TimeDelta::minutes(*minutes),
                    Act::OfficerWrites => {
                        self.facts.officer = Some(OfficerTalk { wrote_at: Some(self.at), ended_at: None });
                    }
                    Act::OfficerEnds => {
                        self.end();
                        self.hear(&Heard::OfficerEnded);
                    }
                    Act::Closes(closes) => self.facts.officers_back = closes.then(|| "8h thứ Năm 19/11".to_owned()),
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        #[test]
        fn a_silence_is_never_a_dead_end(acts in acts(), word in prop::sample::select(vec!["menu", "bắt đầu", "hủy", "tiep tuc"])) {
            let mut chat = Chat::new();
            chat.play(&acts);
            prop_assert!(chat.types(word).is_some(), "«{word}» is answered");
            prop_assert!(chat.session.officer.is_none(), "and the machine is back");
            prop_assert!(chat.types("tra cứu").is_some(), "and stays");
        }

        #[test]
        fn a_silence_ends_by_itself(acts in acts()) {
            let mut chat = Chat::new();
            chat.play(&acts);
            chat.at += TimeDelta::hours(i64::from(CATALOG.menu.silent_hours));
            prop_assert!(chat.types("phường Cửa Nam").is_some());
            prop_assert!(chat.session.officer.is_none());
        }

        #[test]
        fn an_officer_who_writes_is_never_talked_over(acts in acts()) {
            let mut chat = Chat::new();
            chat.play(&acts);
            chat.at += TimeDelta::minutes(1);
            chat.facts.officers_back = None;
            chat.play(&[Act::OfficerWrites]);
            prop_assert_eq!(chat.types("dạ vâng em hiểu rồi ạ").map(|say| say.text), None);
        }
    }

    #[test]
    fn a_draft_outlives_the_talk() {
        let mut chat = Chat::new();
        chat.types("Tôi nộp hồ sơ trợ cấp hưu trí xã hội ở phường Cửa Nam từ 5/10, quá hẹn rồi");
        let draft = chat.session.open.clone().map(|open| open.answers);
        chat.play(&[Act::OfficerWrites, Act::Type("vâng"), Act::OfficerEnds]);
        assert_eq!(chat.session.open.map(|open| open.answers), draft);
    }
}
