//! What does not belong here, and what cannot wait: said kindly, with the right place, before any form is filled in
//! (voice.md T10, T11; pakn-domain 4.3). Nothing is refused: «Vẫn gửi» always passes it on, an officer decides.

use chrono::TimeDelta;

use super::super::answer::story::{STORY, letters};
use super::super::answer::telex::telex;
use super::super::kind::Kind;
use super::super::session::{Aside, Guided, Open};
use super::super::turn::{Attachment, Effect};
use super::Scene;
use crate::privacy::Personal;
use crate::scope::{self, Class, Emergency, Reading};

/// Shorter answers to a question are not searched for emergencies and denunciations.
pub(super) const WORTH_READING: usize = 12;
/// What a field report is about when nothing tells.
const OTHER: &str = "other";

/// What is to be done with a text.
enum Verdict {
    /// A petition, or what may be one.
    Ours,
    /// Too little to tell.
    Little,
    /// Something else first, or instead: this screen.
    Elsewhere(&'static str),
    Denunciation,
    /// No matter in it: asked for once, then silence.
    NoMatter,
    /// Kept until more is said: this screen meanwhile.
    Asked(&'static str),
}

impl Scene<'_> {
    /// What a text is about; raw Telex is read as it was meant. A turn asks several times about the same story: it is
    /// read once.
    pub(super) fn reading(&mut self, text: &str) -> Reading {
        match &self.matter {
            Some((read, reading)) if read == text => reading.clone(),
            _ => {
                let reading = scope::read(telex(text).as_deref().unwrap_or(text));
                self.matter = Some((text.to_owned(), reading.clone()));
                reading
            }
        }
    }

    /// Reads the story so far with `text`, while it is still open whether it is a petition. True when a reply was given
    /// instead of taking it into the form.
    pub(super) fn guided(&mut self, text: &str) -> bool {
        let told = self.told_with(text);
        let reading = self.reading(&told);
        let verdict = self.verdict(&reading, &told);
        if !matches!(verdict, Verdict::NoMatter) {
            self.session.idle = 0;
        }
        match verdict {
            Verdict::Ours | Verdict::Little => return false,
            Verdict::Elsewhere(screen) => self.show_the_way(screen, &reading, &told),
            Verdict::Denunciation => self.denounced(),
            Verdict::NoMatter => self.no_matter(),
            Verdict::Asked(screen) => self.ask_for_matter(screen, &told),
        }
        true
    }

    /// The same for a text out of turn, once there is a petition: only what cannot wait, and what must not be filed.
    pub(super) fn guarded(&mut self, text: &str) -> bool {
        if letters(text) < WORTH_READING {
            return false;
        }
        let reading = self.reading(text);
        match self.verdict(&reading, text) {
            Verdict::Denunciation => self.denounced_alone(),
            Verdict::Elsewhere(screen) if reading.emergency.is_some() => self.show_emergency(screen, text),
            _ => return false,
        }
        true
    }

    /// The same for what comes while the story is told: what is a petition already stays one.
    pub(super) fn guided_further(&mut self, text: &str) -> bool {
        let before = self.answer_to("content").unwrap_or_default().to_owned();
        let before = self.reading(&before);
        if self.is_petition(&before) { self.guarded(text) } else { self.guided(text) }
    }

    pub(super) fn is_petition(&self, reading: &Reading) -> bool {
        let is_ours = matches!(reading.class, Class::Procedure | Class::Conduct | Class::OutsideCity);
        is_ours && reading.confidence >= self.catalog.guidance.sure
    }

    fn verdict(&self, reading: &Reading, text: &str) -> Verdict {
        let is_sent_anyway = self.session.open.as_ref().is_some_and(|open| open.is_sent_anyway);
        let is_sure = reading.confidence >= self.catalog.guidance.sure;
        match (reading.emergency, reading.class) {
            (None, Class::ToCao) if is_sure => Verdict::Denunciation,
            _ if is_sent_anyway => Verdict::Ours,
            (Some(emergency), _) => Verdict::Elsewhere(call_for(emergency)),
            (None, Class::FieldReport) if is_sure => Verdict::Elsewhere("field_report"),
            (None, Class::LegalAdvice) if is_sure => Verdict::Elsewhere("legal_advice"),
            (None, Class::PrivateDispute) if is_sure => Verdict::Elsewhere("private_dispute"),
            (None, Class::Judicial) if is_sure => Verdict::Elsewhere("judicial"),
            (None, Class::KhieuNai) if is_sure => Verdict::Elsewhere("complaint"),
            (None, Class::NotVietnamese) if is_sure => Verdict::Asked("not_vietnamese"),
            (None, Class::Spam | Class::Unclear) if reading.orders_machine => Verdict::Asked("order"),
            (None, Class::Spam) if is_sure => Verdict::NoMatter,
            (None, Class::Unclear) if reading.is_angry => Verdict::Asked("angry"),
            _ if letters(text) < STORY => Verdict::Little,
            _ => Verdict::Ours,
        }
    }

    /// The story with what is just being said: what was overheard, or what the form has.
    fn told_with(&self, text: &str) -> String {
        let before = match &self.session.open {
            Some(open) => open.answer("content"),
            None => self.session.overheard.as_ref().map(Personal::reveal),
        };
        before.map_or_else(|| text.to_owned(), |before| format!("{before}\n{text}"))
    }

    fn show_the_way(&mut self, screen: &str, reading: &Reading, told: &str) {
        let attachments = self.take_back_story();
        let events = self.told_in_with_this();
        self.name_subject(reading);
        self.guide(Some(Personal::new(told)), attachments, events);
        if reading.emergency.is_none() {
            self.hold_guidance();
        }
        self.screen(screen);
    }

    /// An emergency in the middle of a form: the form stays as it is.
    fn show_emergency(&mut self, screen: &str, text: &str) {
        let events = vec![self.event.to_owned()];
        self.guide(Some(Personal::new(text)), Vec::new(), events);
        self.screen(screen);
    }

    /// The words are kept with what comes; they are no matter yet.
    fn ask_for_matter(&mut self, screen: &str, told: &str) {
        let is_order = screen == "order";
        match &mut self.session.open {
            Some(_) if is_order => {}
            Some(open) => open.set("content", told),
            None if is_order => {}
            None => self.session.overheard = Some(Personal::new(told)),
        }
        self.session.told_in = self.told_in_with_this();
        self.session.aside = None;
        self.screen(screen);
    }

    fn no_matter(&mut self) {
        self.session.idle = self.session.idle.saturating_add(1);
        match self.session.idle {
            1 => self.screen("not_a_matter"),
            2 => self.screen("not_a_matter_again"),
            _ => {}
        }
    }

    /// What a field report is about, and who takes it.
    pub(super) fn name_subject(&mut self, reading: &Reading) {
        let subjects = &self.catalog.guidance.subjects;
        let find = |key: &str| subjects.iter().find(|subject| subject.key == key);
        if let Some(subject) = reading.subject.and_then(find).or_else(|| find(OTHER)) {
            self.set("subject", subject.said.clone());
            self.set("where", subject.place.clone());
        }
    }

    /// What else the story holds that others take; said once, where it is understood.
    pub(super) fn note_besides(&mut self, reading: &Reading) {
        match reading.besides {
            Some(Class::FieldReport) => {
                self.name_subject(reading);
                self.take_note("mixed");
            }
            Some(_) => self.take_note("mixed_other"),
            None => {}
        }
    }

    /// What is said besides of a matter that a ministry's body decides; where a commune took the papers, nothing.
    pub(super) fn note_of_ministry(&self, reading: &Reading) -> Option<String> {
        let is_of_city = self.answer_to("target_agency_code").is_some_and(|code| code.starts_with("HN-"));
        let is_outside = !is_of_city && reading.class == Class::OutsideCity;
        is_outside.then(|| self.fill(&self.catalog.screen("outside_city").text))
    }

    pub(super) fn guide(&mut self, said: Option<Personal>, attachments: Vec<Attachment>, events: Vec<String>) {
        let key = self.event.to_owned();
        self.session.aside = Some(Aside::Guided(Guided { key, said, attachments, events, held_until: None }));
    }

    /// The reply waits a moment: the thought may go on in the next message.
    pub(super) fn hold_guidance(&mut self) {
        self.quiet = self.catalog.guidance.quiet;
        self.holds_story = false;
        let quiet = i64::from(self.catalog.quiet(self.quiet));
        let until = self.at + TimeDelta::seconds(quiet);
        if let Some(Aside::Guided(guided)) = &mut self.session.aside {
            guided.held_until = (quiet > 0).then_some(until);
        }
    }

    /// While the reply still waits the thought goes on: what was said is taken up again, to be read with what comes.
    /// Whether that was so.
    pub(super) fn take_up_guided(&mut self) -> bool {
        let at = self.at;
        let is_held = |guided: &Guided| guided.said.is_some() && guided.held_until.is_some_and(|until| at < until);
        if !matches!(&self.session.aside, Some(Aside::Guided(guided)) if is_held(guided)) {
            return false;
        }
        let Some(Aside::Guided(Guided { said: Some(said), attachments, events, .. })) = self.session.aside.take()
        else {
            return false;
        };
        self.session.told_in = events;
        if self.session.open.is_none() && attachments.is_empty() {
            self.session.overheard = Some(said);
            return false;
        }
        if self.session.open.is_none() {
            self.begin("petition");
        }
        let open = self.open_mut();
        open.attachments.extend(attachments);
        open.set("content", said.reveal());
        true
    }

    /// Takes the story out of the form, with the files that came for it. A form that has nothing else is gone.
    pub(super) fn take_back_story(&mut self) -> Vec<Attachment> {
        self.session.overheard = None;
        let Some(open) = self.session.open.take() else { return Vec::new() };
        if open.consent.is_none() && !has_more_than_story(&open) {
            return open.attachments;
        }
        let (attachments, files_before) = (open.attachments.clone(), self.files_before);
        self.session.open = Some(Open { held_until: None, messages: 0, ..open });
        let form = self.form();
        let open = self.open_mut();
        for answer in open.inferred.clone() {
            open.forget(&answer);
        }
        open.forget("content");
        for (answer, value) in &form.defaults {
            open.infer(answer, value.clone());
        }
        let is_only_story = !has_more_than_story(open);
        open.attachments.truncate(if is_only_story { 0 } else { files_before });
        attachments[open.attachments.len()..].to_vec()
    }

    pub(super) fn told_in_with_this(&mut self) -> Vec<String> {
        let mut events = std::mem::take(&mut self.session.told_in);
        if !events.iter().any(|event| event == self.event) {
            events.push(self.event.to_owned());
        }
        events
    }

    /// «Vẫn gửi», «Dừng ở đây».
    pub(super) fn pressed_in_guidance(&mut self, name: &str, key: &str) {
        let guided = match self.session.aside.take() {
            Some(Aside::Guided(guided)) if guided.key == key => guided,
            other => {
                self.session.aside = other;
                return self.old_button("");
            }
        };
        match (name, guided.said) {
            ("#still_send", Some(said)) => self.send_anyway(said.reveal(), guided.attachments),
            ("#still_send", None) => {
                self.effects.push(Effect::Confide { events: guided.events });
                self.screen("denunciation_passed");
            }
            _ if self.has_substance() => {
                self.take_note("denunciation_left");
                self.ask_short();
            }
            _ => self.screen("denunciation_stopped"),
        }
    }

    fn send_anyway(&mut self, said: &str, attachments: Vec<Attachment>) {
        if self.session.open.is_none() {
            self.begin("petition");
        }
        let form = self.form();
        let open = self.open_mut();
        open.is_sent_anyway = true;
        open.attachments.extend(attachments);
        // Whose matter it is, an officer says: the sender is asked for nothing but how to be reached.
        open.infer("category", "regulation_policy_procedure");
        open.settled.extend(form.steps.iter().filter(|step| step.kind == Kind::Agency).map(|step| step.id.clone()));
        self.more_story(said);
    }

    /// More about where to go; what was said can still be sent.
    pub(super) fn show_guide(&mut self, screen: &str) {
        let known = ["complaint_how", "denunciation_where"].into_iter().find(|known| *known == screen);
        match known {
            Some(screen) => self.screen(screen),
            None => self.old_button(""),
        }
    }

    /// The key that «Vẫn gửi» is offered with.
    pub(super) fn guided_key(&self) -> &str {
        match &self.session.aside {
            Some(Aside::Guided(guided)) => &guided.key,
            _ => "",
        }
    }
}

fn call_for(emergency: Emergency) -> &'static str {
    match emergency {
        Emergency::Fire => "emergency_fire",
        Emergency::Violence => "emergency_violence",
        Emergency::Accident => "emergency_accident",
    }
}

/// Whether the citizen gave anything but the story.
fn has_more_than_story(open: &Open) -> bool {
    open.answers.keys().any(|name| name != "content" && !open.inferred.contains(name))
}
