//! Which question comes next: the first that applies and has no answer.

use super::super::answer::story::{STORY, letters};
use super::super::definition::Step;
use super::super::kind::Kind;
use super::super::session::Open;
use super::Scene;
use super::slot::with;

impl<'a> Scene<'a> {
    /// Begins a form with this event.
    pub(super) fn begin(&mut self, form: &str) {
        let mut open = Open::begin(form, self.event, self.at);
        let definition = self.catalog.forms.get(form).expect("the catalog holds the form");
        for (answer, value) in &definition.defaults {
            open.infer(answer, value.clone());
        }
        open.step = definition.steps.first().map(|step| step.id.clone()).unwrap_or_default();
        self.session.open = Some(open);
        self.session.aside = None;
    }

    /// Asks the next question that has no answer.
    pub(super) fn advance(&mut self) {
        // A petition's review is always missing; a form about a petition is filed when nothing is.
        let Some(next) = self.missing().next().map(|step| step.id.clone()) else { return self.file_follow_up() };
        let open = self.open_mut();
        open.pending = None;
        if open.step != next {
            let left = std::mem::replace(&mut open.step, next.clone());
            open.path.retain(|step| *step != left && *step != next);
            open.path.push(left);
        }
        open.tries.remove(&next);
        self.ask();
    }

    /// Every step that applies and still needs an answer, in order; the review is the last.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'a Step> {
        let form = self.form();
        let applies = |step: &&Step| !step.edit_only && step.when.holds(|name| self.answer_to(name));
        form.steps.iter().filter(applies).filter(|step| !self.is_settled(step)).collect::<Vec<_>>().into_iter()
    }

    pub(super) fn is_settled(&self, step: &Step) -> bool {
        let open = self.open();
        if step.kind != Kind::Story && open.settled.contains(&step.id) {
            return true;
        }
        match step.kind {
            Kind::Consent => self.has_consent(),
            Kind::Story => open.answer("content").is_some_and(|content| letters(content) >= STORY),
            Kind::Address => open.answer("commune_code").is_some() && self.has_house(),
            Kind::Incident => open.answer("incident").is_some() || self.has_told_incident(),
            Kind::Reuse => self.known_contact().is_none(),
            Kind::IdentityNumber => !self.holds_identity_number(),
            Kind::IdentityPhoto => !open.attachments.iter().any(|attachment| attachment.is_identity),
            Kind::Similar => self.most_similar().is_none(),
            Kind::Review | Kind::Files => false,
            Kind::More => self.is_enough(step),
            _ => step.answers().all(|answer| open.answer(answer).is_some()),
        }
    }

    pub(super) fn has_consent(&self) -> bool {
        let version = Some(self.catalog.consent_version());
        let in_draft = self.session.open.as_ref().and_then(|open| open.consent.as_deref());
        in_draft == version || self.facts.consent_version.as_deref() == version
    }

    /// This step needs no answer any more.
    pub(super) fn settle(&mut self, step: &Step) {
        self.open_mut().settled.insert(step.id.clone());
        self.advance();
    }

    /// Another step is open now; what is asked there is the caller's to say.
    pub(super) fn turn_to(&mut self, id: &str) {
        let open = self.open_mut();
        open.pending = None;
        if open.step != id {
            let left = std::mem::replace(&mut open.step, id.to_owned());
            open.path.retain(|step| *step != left && *step != id);
            open.path.push(left);
        }
    }

    /// Asks a step again that was asked before, or that is asked only on demand.
    pub(super) fn reopen(&mut self, id: &str) {
        self.turn_to(id);
        self.open_mut().tries.retain(|tried, _| tried.split('.').next() != Some(id));
        self.ask_reopened();
    }

    /// One question back, as often as wanted.
    pub(super) fn back(&mut self) {
        // The notice that was agreed to is no question any more.
        let consent = self.form().steps.iter().find(|step| step.kind == Kind::Consent);
        if let Some(consent) = consent.filter(|_| self.has_consent()) {
            self.open_mut().path.retain(|step| *step != consent.id);
        }
        let Some(previous) = self.open_mut().path.pop() else {
            self.take_note("nothing_before");
            return self.ask_short();
        };
        let open = self.open_mut();
        open.pending = None;
        open.tries.remove(&previous);
        open.step = previous;
        self.ask_reopened();
    }

    /// The question, with what stands there now; saying nothing new keeps it.
    fn ask_reopened(&mut self) {
        let Some((form, step)) = self.at_step() else { return };
        if step.kind == Kind::Story && self.is_settled(step) {
            self.open_mut().messages = 0;
            let hint = step.hint("replace");
            self.session.aside = None;
            return self.say(&hint.text, &hint.buttons);
        }
        if let Some(current) = self.current(step) {
            self.taken.push(with(form.said("current"), &[("current", &current)]));
        }
        self.ask();
    }

    /// What a step's answer is now, as it is said.
    fn current(&self, step: &Step) -> Option<String> {
        let slot = match step.kind {
            Kind::Address => "address",
            Kind::Agency => "agency",
            Kind::Name | Kind::Company => "submitter_name",
            Kind::Representative => "representative_name",
            Kind::Phone => "phone",
            Kind::TaxCode => "tax_code",
            Kind::Email => "email",
            Kind::Incident => "incident",
            Kind::Files => "files",
            Kind::Choice if !step.or_typed.is_empty() && self.follow_up().is_none() => return self.current_sender(),
            Kind::Choice | Kind::Line => step.answer.as_deref()?,
            Kind::Story | Kind::Consent | Kind::Reuse | Kind::More | Kind::Review => return None,
            Kind::IdentityNumber | Kind::IdentityPhoto | Kind::Similar => return None,
        };
        let is_given = step.kind == Kind::Files || step.answers().any(|answer| self.answer_to(answer).is_some());
        if is_given { self.slot(slot) } else { None }
    }

    /// «cá nhân, Lê Văn Tám»
    fn current_sender(&self) -> Option<String> {
        let parts = ["submitter_type", "submitter_name"].into_iter().filter_map(|slot| self.slot(slot));
        Some(parts.collect::<Vec<_>>().join(", "))
    }

    /// What could not be read is asked for again: a hint, an example, a way out; never the same twice running.
    pub(super) fn retry(&mut self, step: &'a Step, hint: Option<&str>) {
        let tries = self.open_mut().tries.entry(step.id.clone()).or_default();
        *tries = tries.saturating_add(1);
        let tries = *tries;
        let way_out = step.way_out.as_ref();
        match (tries, way_out) {
            (1, _) => match hint.map(|hint| step.hint(hint)) {
                Some(hint) => self.ask_again(&hint.text, &hint.buttons),
                None => self.ask_again(&step.retry[0], &[]),
            },
            (tries, Some(way_out)) if tries % 2 == 1 => self.ask_again(&way_out.text, &way_out.buttons),
            _ => self.ask_again(&step.retry[1], &[]),
        }
    }

    pub(super) fn tries(&self, step: &Step) -> u8 {
        self.open().tries.get(&step.id).copied().unwrap_or_default()
    }

    /// A choice that was not understood; the third time an officer is offered besides.
    pub(super) fn retry_choice(&mut self, step: &'a Step) {
        let tries = self.open_mut().tries.entry(step.id.clone()).or_default();
        *tries = tries.saturating_add(1);
        let at = usize::from(*tries - 1);
        let retry: &'a [_] = if step.retry.is_empty() { &self.catalog.menu.choice_retry } else { &step.retry };
        let mut buttons = self.step_buttons(step);
        if at >= 2 {
            buttons.extend(self.catalog.menu.choice_way_out.iter().cloned());
        }
        self.say(&retry[at % retry.len()], &buttons);
    }
}
