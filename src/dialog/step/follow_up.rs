//! Forms about a petition that is in the register already: which petition, set aside what is open, file, leave
//! (voice.md T12-T15).

use chrono::TimeDelta;

use super::super::answer::choice::Offer;
use super::super::answer::story::{letters, shorten};
use super::super::definition::{Ability, FollowUp, Form, Reply, Screen};
use super::super::kind::Kind;
use super::super::session::{Aside, Lately, Open};
use super::super::turn::{Attachment, Button, Draft, Effect, KnownPetition, Press};
use super::say::button;
use super::{Scene, is_worth_keeping};
use crate::privacy::Personal;

/// Petitions to choose from in one message.
const CHOICES: usize = 5;
/// The title of one of them, after its short reference.
const TITLE: usize = 30;
/// So long after something was filed about a petition, what comes without a question open still belongs to it: people
/// send a thought in several messages.
const LATELY: TimeDelta = TimeDelta::minutes(2);

impl<'a> Scene<'a> {
    /// The petition that this turn, or the open form, is about.
    pub(super) fn at_hand(&self) -> Option<&'a KnownPetition> {
        self.petition.or_else(|| self.own(self.session.open.as_ref()?.about.as_deref()?))
    }

    /// One of the citizen's own petitions.
    pub(super) fn own(&self, reference: &str) -> Option<&'a KnownPetition> {
        let facts = self.facts;
        facts.petitions.iter().find(|petition| petition.reference == reference)
    }

    /// What the open form needs besides its steps, if it is about a petition.
    pub(super) fn follow_up(&self) -> Option<&'a FollowUp> {
        let catalog = self.catalog;
        catalog.forms.get(&self.session.open.as_ref()?.form)?.follow_up.as_ref()
    }

    /// A form about a petition is wanted, and it is not said about which.
    pub(super) fn start_follow_up(&mut self, form: &str) {
        let Some((form, follow_up)) = self.follow_up_named(form) else { return self.screen("old_button") };
        let able = self.able(follow_up.ability);
        match able.as_slice() {
            [] => match self.facts.petitions.as_slice() {
                // with a single petition it is clear which was meant, and why not
                [petition] => self.start_follow_up_about(&form.name, &petition.reference),
                _ => self.say_besides(&follow_up.none),
            },
            [petition] => self.begin_follow_up(form, petition, None, &[]),
            _ => self.ask_which(form, follow_up, able, None, Vec::new()),
        }
    }

    /// A form about this petition is wanted.
    pub(super) fn start_follow_up_about(&mut self, form: &str, reference: &str) {
        let Some((form, follow_up)) = self.follow_up_named(form) else { return self.screen("old_button") };
        let came = match self.session.aside.take() {
            Some(Aside::Which { said, attachments, form: asked }) if asked == form.name => Some((said, attachments)),
            _ => None,
        };
        let Some(petition) = self.own(reference) else { return self.small_case("not_yours") };
        self.petition = Some(petition);
        if !follow_up.ability.is_of(petition) && !self.is_begun(form, petition) {
            return self.reply_besides(&follow_up.not_now);
        }
        let (said, attachments) = came.unwrap_or_default();
        self.begin_follow_up(form, petition, said, &attachments);
    }

    fn follow_up_named(&self, name: &str) -> Option<(&'a Form, &'a FollowUp)> {
        let catalog = self.catalog;
        let form = catalog.forms.get(name)?;
        Some((form, form.follow_up.as_ref()?))
    }

    fn able(&self, ability: Ability) -> Vec<&'a KnownPetition> {
        let facts = self.facts;
        facts.petitions.iter().filter(|petition| ability.is_of(petition)).collect()
    }

    /// Whether there is a petition that the form of this name could be about.
    pub(super) fn is_possible(&self, form: &str) -> bool {
        self.follow_up_named(form).is_some_and(|(_, follow_up)| !self.able(follow_up.ability).is_empty())
    }

    fn is_begun(&self, form: &Form, petition: &KnownPetition) -> bool {
        self.session.open.iter().chain(&self.session.kept).any(|open| is_about(open, form, petition))
    }

    /// Opens the form; what was open is set aside and offered again afterwards.
    fn begin_follow_up(
        &mut self,
        form: &'a Form,
        petition: &'a KnownPetition,
        said: Option<Personal>,
        attachments: &[Attachment],
    ) {
        self.petition = Some(petition);
        if !self.session.open.as_ref().is_some_and(|open| is_about(open, form, petition)) {
            self.set_open_aside();
            let kept = self.session.kept.iter().position(|open| is_about(open, form, petition));
            match kept {
                Some(at) => self.session.open = Some(self.session.kept.remove(at)),
                None => {
                    self.begin(&form.name);
                    self.open_mut().about = Some(petition.reference.clone());
                }
            }
        }
        self.session.aside = None;
        if said.is_none() && attachments.is_empty() {
            return if self.has_substance() { self.ask() } else { self.advance() };
        }
        let came = self.take_files(attachments);
        match (said, came) {
            (Some(said), _) => self.answer(said.reveal()),
            (None, Some(came)) => self.after_files(&came, false),
            (None, None) => self.ask(),
        }
    }

    /// Keeps the open form, unless there is nothing in it.
    pub(super) fn set_open_aside(&mut self) {
        match self.has_substance() {
            true => self.session.keep_open(),
            false => self.session.open = None,
        }
    }

    /// A form about a petition that nothing was put into goes without a question when something else begins.
    pub(super) fn drop_empty_follow_up(&mut self) {
        if self.follow_up().is_some() && !self.has_substance() {
            self.session.open = None;
        }
    }

    fn ask_which(
        &mut self,
        form: &'a Form,
        follow_up: &'a FollowUp,
        able: Vec<&'a KnownPetition>,
        said: Option<Personal>,
        attachments: Vec<Attachment>,
    ) {
        let offers = able.into_iter().take(CHOICES).map(|petition| choice_of(form, petition)).collect();
        self.session.aside = Some(Aside::Which { form: form.name.clone(), said, attachments });
        let text = self.fill(&follow_up.which.text);
        self.reply_with(text, &follow_up.which.buttons, offers);
    }

    /// Whether a reference named the petition that was asked for.
    pub(super) fn named_which(&mut self, reference: &str) -> bool {
        let Some(Aside::Which { form, .. }) = &self.session.aside else { return false };
        let form = form.clone();
        self.start_follow_up_about(&form, reference);
        true
    }

    /// Something else was typed while it was asked which petition: asked again, and nothing is lost.
    pub(super) fn which_again(&mut self, text: &str) -> bool {
        let Some(Aside::Which { form, said, attachments }) = self.session.aside.clone() else { return false };
        let Some((form, follow_up)) = self.follow_up_named(&form) else { return false };
        if said.is_none() && attachments.is_empty() {
            return false;
        }
        let said = match said {
            Some(said) => format!("{}\n{text}", said.reveal()),
            None => text.to_owned(),
        };
        let able = self.able(follow_up.ability);
        self.ask_which(form, follow_up, able, Some(Personal::new(said)), attachments);
        true
    }

    /// A text that was meant for the open form: for its step that takes words, whichever is asked.
    pub(super) fn add_to_follow_up(&mut self, text: &str) {
        let form = self.form();
        let step = form.steps.iter().find(|step| matches!(step.kind, Kind::More | Kind::Line));
        match step {
            Some(step) => self.read_as(step, text),
            None => self.ask(),
        }
    }

    /// Says something about another matter than the open question, which follows in half a line.
    fn say_besides(&mut self, screen: &'a Screen) {
        if self.session.open.is_none() {
            return self.say(&screen.text, &screen.buttons);
        }
        let text = self.fill(&screen.text);
        self.taken.push(text);
        self.ask_short();
    }

    fn reply_besides(&mut self, reply: &'a Reply) {
        if self.session.open.is_none() {
            return self.reply(reply);
        }
        let text = self.variant(&reply.text).map(|text| self.fill(text));
        self.taken.extend(text);
        self.petition = None;
        self.ask_short();
    }

    /// Everything was answered: the form is filed, and what was set aside is offered again.
    pub(super) fn file_follow_up(&mut self) {
        let (form, Some(follow_up), petition) = (self.form(), self.follow_up(), self.at_hand()) else {
            self.session.open = None;
            return self.screen("nothing_open");
        };
        self.petition = petition;
        // The petition may have been answered since the form was begun.
        let is_late = petition.is_none_or(|petition| !follow_up.ability.is_of(petition));
        if is_late && !follow_up.is_filed_by_answer {
            self.session.open = None;
            return self.reply(&follow_up.not_now);
        }
        let receipt = self.variant(&form.receipt.text).map(|text| self.fill(text)).unwrap_or_default();
        let draft = self.follow_up_draft(self.open());
        self.session.lately =
            draft.about.clone().filter(|_| !follow_up.is_filed_by_answer).map(|about| self.lately(about));
        self.effects.push(Effect::File(draft));
        self.close_follow_up(receipt, &form.receipt);
    }

    fn lately(&self, about: String) -> Lately {
        Lately { about, until: self.at + LATELY }
    }

    fn follow_up_draft(&self, open: &Open) -> Draft {
        let mut answers = open.answers.clone();
        answers.retain(|_, value| !value.is_empty());
        Draft {
            form: open.form.clone(),
            about: open.about.clone(),
            key: open.key.clone(),
            answers,
            extra: Vec::new(),
            attachments: open.attachments.clone(),
            consent_version: self.facts.consent_version.clone().unwrap_or_default(),
            at: self.at,
        }
    }

    /// Ends the open form with these words; a draft that was set aside for it is not forgotten.
    fn close_follow_up(&mut self, text: String, reply: &'a Reply) {
        self.session.open = None;
        self.session.aside = None;
        let mut text = text;
        if !self.session.kept.is_empty() {
            let kept = self.fill(&self.catalog.screen("still_kept").text);
            text = format!("{text}\n{kept}");
        }
        self.reply_with(text, &reply.buttons, Vec::new());
    }

    /// Left by a button, or by a word for it, with nothing to be filed.
    pub(super) fn leave_follow_up(&mut self) {
        let Some(follow_up) = self.follow_up() else { return };
        self.petition = self.at_hand();
        let text = self.variant(&follow_up.left.text).map(|text| self.fill(text)).unwrap_or_default();
        self.close_follow_up(text, &follow_up.left);
    }

    /// «thôi», «xong» or «hủy» in a form whose every answer is filed at once: what was given stays.
    pub(super) fn ends_early(&mut self) -> bool {
        let ends = self.follow_up().is_some_and(|follow_up| follow_up.is_filed_by_answer);
        if ends {
            self.leave_follow_up();
        }
        ends
    }

    /// Files what was answered in this turn, in a form that is filed answer by answer.
    pub(super) fn file_by_answer(&mut self, before: Option<&Open>) {
        let Some(open) = &self.session.open else { return };
        let is_filed = self.follow_up().is_some_and(|follow_up| follow_up.is_filed_by_answer);
        let was = before.filter(|before| before.key == open.key).map(|before| &before.answers);
        if is_filed && is_worth_keeping(open) && was != Some(&open.answers) {
            let draft = self.follow_up_draft(open);
            self.effects.push(Effect::File(draft));
        }
    }

    /// Files sent cold while an officer waits for them go where they were asked for.
    pub(super) fn came_as_asked(&mut self, text: &str, attachments: &[Attachment]) -> bool {
        if attachments.is_empty() || self.session.open.is_some() || self.session.aside_holds_content() {
            return false;
        }
        let Some((form, follow_up)) = self.follow_up_named("supplement") else { return false };
        let awaited = self.awaited();
        let said = Some(text).filter(|text| !text.is_empty()).map(Personal::new);
        match awaited.as_slice() {
            [] => return false,
            [petition] => self.begin_follow_up(form, petition, said, attachments),
            _ => self.ask_which(form, follow_up, awaited, said, attachments.to_vec()),
        }
        true
    }

    fn awaited(&self) -> Vec<&'a KnownPetition> {
        let facts = self.facts;
        facts.petitions.iter().filter(|petition| petition.awaiting.is_some() && petition.can_supplement).collect()
    }

    /// Whether words typed with nothing open may belong to a petition that is in the register.
    pub(super) fn awaits_words(&self) -> bool {
        self.session.aside_holds_content() || self.session.lately.is_some() || !self.awaited().is_empty()
    }

    /// Words typed cold while an officer waits for something: are they that, or another matter?
    pub(super) fn asks_whether_supplement(&mut self, text: &str) -> bool {
        let awaited = self.awaited();
        let is_word = letters(text) > 0 && self.catalog.menu.lexicon.meanings(text).is_empty();
        let (true, Some(petition), Some((form, _))) =
            (is_word, awaited.first().copied(), self.follow_up_named("supplement"))
        else {
            return false;
        };
        self.set_open_aside();
        self.begin(&form.name);
        self.open_mut().about = Some(petition.reference.clone());
        self.petition = Some(petition);
        self.session.aside = Some(Aside::Resuming { said: Some(Personal::new(text)), attachments: Vec::new() });
        self.screen("supplement_or_new");
        true
    }

    /// What comes right after something was filed about a petition, and answers no question, still belongs to it.
    pub(super) fn added_lately(&mut self, text: &str, attachments: &[Attachment]) -> bool {
        let at = self.at;
        let Some(lately) = self.session.lately.take_if(|lately| at < lately.until) else { return false };
        let petition = self.own(&lately.about).filter(|petition| petition.can_supplement);
        let is_more =
            !attachments.is_empty() || (letters(text) > 0 && self.catalog.menu.lexicon.meanings(text).is_empty());
        let (Some(petition), true, None) = (petition, is_more, &self.session.open) else { return false };
        let mut open = Open::begin("supplement", self.event, at);
        open.about = Some(petition.reference.clone());
        open.attachments = attachments.to_vec();
        if !text.is_empty() {
            open.set("words", text);
        }
        let draft = self.follow_up_draft(&open);
        self.effects.push(Effect::File(draft));
        self.session.lately = Some(self.lately(lately.about));
        self.petition = Some(petition);
        self.screen("added_later");
        true
    }

    /// «Không còn giấy»: said to whoever asked for it, at once.
    pub(super) fn gone(&mut self, reference: &str) {
        let Some(petition) = self.own(reference) else { return self.small_case("not_yours") };
        self.petition = Some(petition);
        if petition.awaiting.is_none() {
            return self.small_case("not_awaited");
        }
        self.start_follow_up_about("supplement", reference);
        let step = self.at_step().map(|(_, step)| step).filter(|step| step.kind == Kind::More);
        if let Some(step) = step {
            self.chosen(step, "gone");
        }
    }

    /// «không còn giấy», typed: of the petition for which it was asked.
    pub(super) fn says_gone(&mut self) {
        let awaited = self.awaited();
        match awaited.as_slice() {
            [petition] => self.gone(&petition.reference),
            [] => self.small_case("not_awaited"),
            _ => self.start_follow_up("supplement"),
        }
    }

    /// «Gửi sau»
    pub(super) fn later(&mut self, reference: &str) {
        let Some(petition) = self.own(reference) else { return self.small_case("not_yours") };
        self.petition = Some(petition);
        let Some((_, follow_up)) = self.follow_up_named("supplement") else { return };
        match petition.awaiting {
            Some(_) => self.reply_besides(&follow_up.left),
            None => self.small_case("not_awaited"),
        }
    }
}

fn is_about(open: &Open, form: &Form, petition: &KnownPetition) -> bool {
    open.form == form.name && open.about.as_deref() == Some(&petition.reference)
}

/// «0042-K Trợ cấp hưu trí xã hội…»
fn choice_of(form: &Form, petition: &KnownPetition) -> (Button, Offer) {
    let payload = format!("#start:{}:{}", form.name, petition.reference);
    let title = format!("{} {}", petition.short, shorten(&petition.title, TITLE));
    let number = petition.short.split('-').next().unwrap_or_default();
    let words = vec![petition.short.clone(), number.to_owned(), petition.title.clone()];
    button(title, Press::Payload(payload.clone()), payload, words)
}

impl KnownPetition {
    /// Whether a condition of [`CIRCUMSTANCES`](super::super::known::CIRCUMSTANCES) holds: «yes», or nothing.
    pub(super) fn circumstance(&self, name: &str) -> Option<&'static str> {
        let holds = match name {
            "petition_open" => self.is_open,
            "petition_awaiting" => self.awaiting.is_some(),
            "petition_can_supplement" => self.can_supplement,
            "petition_can_withdraw" => self.can_withdraw,
            "petition_can_reopen" => self.can_reopen,
            "petition_can_rate" => self.can_rate,
            "petition_reopened" => self.is_reopened,
            "petition_rated" => self.is_rated,
            "petition_result" => self.result_url.is_some(),
            _ => false,
        };
        holds.then_some("yes")
    }
}
