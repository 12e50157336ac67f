//! Reads an answer by the kind of the open question.

use super::super::answer::contact;
use super::super::answer::name::{self, Name};
use super::super::answer::phone::{self, Phone};
use super::super::answer::story::{STORY, letters};
use super::super::answer::telex;
use super::super::answer::words::Spoken;
use super::super::definition::Step;
use super::super::kind::Kind;
use super::Scene;
use crate::gazetteer::{self, Found, FoundAgency};
use crate::vietnamese::fold;

/// Texts of at least this many letters at the notice are more of the story.
const MORE: usize = 10;
/// A house has at least this many characters (pakn-domain 3.2).
const HOUSE: usize = 3;
/// Texts of at least this many letters where a button is expected may be another matter.
const ANOTHER: usize = 60;

impl<'a> Scene<'a> {
    pub(super) fn answer(&mut self, text: &str) {
        self.session.aside = None;
        let Some((_, step)) = self.at_step() else { return };
        if step.kind != Kind::Story && self.guarded(text) {
            return;
        }
        // The citizen's own account stays as typed.
        let is_account = matches!(step.kind, Kind::Story | Kind::Consent | Kind::Line | Kind::Review);
        let decoded = if is_account { None } else { telex::telex(text) };
        let text = decoded.as_deref().unwrap_or(text);
        if self.follow_up().is_none() && self.corrected(step, text) {
            return;
        }
        self.read_as(step, text);
    }

    pub(super) fn read_as(&mut self, step: &'a Step, text: &str) {
        match step.kind {
            Kind::Story => self.story(step, text),
            Kind::Consent => self.more_at_notice(step, text),
            Kind::Choice => self.typed_choice(step, text),
            Kind::Agency => self.agency(step, text),
            Kind::Incident => self.incident(step, text),
            Kind::Name => self.name(step, text),
            Kind::Company => self.company(step, text),
            Kind::Representative => self.representative(step, text),
            Kind::Phone => self.phone(step, text),
            Kind::Address => self.address(step, text),
            Kind::TaxCode => self.tax_code(step, text),
            Kind::Email => self.email(step, text),
            Kind::Line => self.line(step, text),
            Kind::Files => self.retry_choice(step),
            Kind::Reuse => self.other_contact(step, text),
            Kind::IdentityNumber | Kind::IdentityPhoto | Kind::Similar => self.more_at_notice(step, text),
            Kind::More => self.more(step, text),
            Kind::Review => self.review_text(step, text),
        }
    }

    pub(super) fn more_at_notice(&mut self, step: &'a Step, text: &str) {
        if !self.stray(text, MORE) {
            self.retry_choice(step);
        }
    }

    /// One of the options; or something typed that another step can read («sửa mục 1» and a new name).
    fn typed_choice(&mut self, step: &'a Step, text: &str) {
        let form = self.form();
        let is_follow_up = self.follow_up().is_some();
        if is_follow_up && letters(text) >= ANOTHER {
            return self.add_or_new(text, Vec::new());
        }
        let enough = if is_follow_up { STORY } else { 2 };
        let target = step
            .or_typed
            .iter()
            .filter_map(|id| form.step(id))
            .find(|target| target.when.holds(|name| self.answer_to(name)) && letters(text) >= enough);
        match target {
            Some(target) => {
                let open = self.open_mut();
                open.step.clone_from(&target.id);
                self.read_as(target, text);
            }
            None if self.named_agency_early(text) => {}
            None => self.retry_choice(step),
        }
    }

    /// An agency where something else was asked: it is kept, the question asked again.
    fn named_agency_early(&mut self, text: &str) -> bool {
        let FoundAgency::One(agency) = gazetteer::agency(text) else { return false };
        if self.answer_to("target_agency_code").is_some() {
            return false;
        }
        self.open_mut().set("target_agency_code", agency.code.clone());
        self.has_corrected(Kind::Agency)
    }

    pub(super) fn chose_option(&mut self, step: &'a Step, value: &str) {
        let (Some(answer), Some(option)) = (&step.answer, step.options.iter().find(|option| option.value == value))
        else {
            return self.retry_choice(step);
        };
        let form = self.form();
        let open = self.open_mut();
        if open.answer(answer) != Some(value) {
            for forgotten in &option.forgets {
                open.forget(forgotten);
                let gives = |step: &&Step| step.answers().any(|answer| answer == forgotten);
                for step in form.steps.iter().filter(gives) {
                    open.settled.remove(&step.id);
                }
            }
        }
        open.set(answer, value);
        // What the story tells depends on what it is about.
        self.infer();
        self.note_taken(step);
        self.advance();
    }

    fn email(&mut self, step: &'a Step, text: &str) {
        let email = text.trim().trim_end_matches(['.', ',']);
        if is_email(email) { self.take_answer(step, "email", email) } else { self.retry(step, None) }
    }

    fn line(&mut self, step: &'a Step, text: &str) {
        let (shortest, longest) = step.length;
        let length = text.chars().count();
        match &step.answer {
            Some(answer) if (shortest..=longest).contains(&length) => self.take_answer(step, answer, text),
            _ => self.retry(step, None),
        }
    }

    fn take_answer(&mut self, step: &'a Step, answer: &str, value: &str) {
        self.open_mut().set(answer, value);
        self.note_taken(step);
        self.advance();
    }

    /// «à nhầm, phường Láng», or a phone number out of turn: filed where it belongs, the open question repeated short.
    fn corrected(&mut self, step: &Step, text: &str) -> bool {
        let is_mistake = self.without_correction(text);
        let said = is_mistake.unwrap_or(text);
        let bare: String = said.chars().filter(|sign| sign.is_alphabetic()).collect();
        let is_number_alone = bare.is_empty()
            && step.kind != Kind::Phone
            && step.kind != Kind::TaxCode
            && step.kind != Kind::Representative;
        if (is_number_alone || is_mistake.is_some())
            && let Phone::Good(number) = phone::read(said)
        {
            self.open_mut().set("phone", number);
            return self.has_corrected(Kind::Phone);
        }
        if is_mistake.is_none() {
            return self.named_late(step, text) || self.housed_early(step, text);
        }
        self.correctable().into_iter().any(|kind| self.correct(kind, said)) || {
            // Nothing before it: then it answers the open question.
            let step = self.at_step().map(|(_, step)| step);
            step.inspect(|step| self.read_as(step, said)).is_some()
        }
    }

    /// «tên tôi là Trần Văn Bình cơ mà», said at another question.
    fn named_late(&mut self, step: &Step, text: &str) -> bool {
        let is_asked = matches!(
            step.kind,
            Kind::Name | Kind::Company | Kind::Representative | Kind::Story | Kind::Line | Kind::Choice
        );
        let is_individual = self.answer_to("submitter_type") == Some("individual");
        let lexicon = &self.catalog.menu.lexicon;
        let is_told_again = |name: &str| {
            step.kind == Kind::Phone && self.answer_to("submitter_name").is_some_and(|known| fold(known) == fold(name))
        };
        match name::read(lexicon, text) {
            Name::Full(name)
                if !is_asked && is_individual && (name::is_introduced(lexicon, text) || is_told_again(&name)) =>
            {
                self.open_mut().set("submitter_name", name);
                self.has_corrected(Kind::Name)
            }
            _ => false,
        }
    }

    /// A whole address where a phone number or a name was asked for: it is kept, the question asked again.
    fn housed_early(&mut self, step: &Step, text: &str) -> bool {
        if step.kind == Kind::Review && self.answer_to("commune_code").is_none() {
            let Found::One(commune) = gazetteer::place(text) else { return false };
            self.open_mut().set("commune_code", commune.code.clone());
            self.open_mut().set("province_code", commune.province_code.clone());
            return self.has_corrected(Kind::Address);
        }
        let lexicon = &self.catalog.menu.lexicon;
        let is_answer = match step.kind {
            Kind::Phone => phone::read(text) != Phone::NoNumber,
            Kind::Name => contact::read(lexicon, text).name != Name::NoName,
            _ => true,
        };
        if is_answer {
            return false;
        }
        let address = gazetteer::address(text);
        let Found::One(commune) = address.place else { return false };
        if address.detail.chars().count() < HOUSE {
            return false;
        }
        self.open_mut().set("commune_code", commune.code.clone());
        self.open_mut().set("province_code", commune.province_code.clone());
        self.open_mut().set("address_detail", address.detail);
        self.has_corrected(Kind::Address)
    }

    /// What a correction may be about: places first, the latest asked before the others; names last, for nearly
    /// everything could be one.
    fn correctable(&self) -> Vec<Kind> {
        let form = self.form();
        let asked = self.open().path.iter().rev().filter_map(|id| form.step(id)).map(|step| step.kind);
        let mut kinds: Vec<Kind> = asked.filter(|kind| matches!(kind, Kind::Agency | Kind::Address)).collect();
        if self.answer_to("address_detail").is_some() && !kinds.contains(&Kind::Address) {
            kinds.insert(0, Kind::Address);
        }
        if self.answer_to("submitter_name").is_some() {
            kinds.push(Kind::Name);
        }
        kinds
    }

    fn correct(&mut self, kind: Kind, said: &str) -> bool {
        match kind {
            Kind::Agency => {
                let FoundAgency::One(agency) = gazetteer::agency(said) else { return false };
                self.open_mut().set("target_agency_code", agency.code.clone());
            }
            Kind::Address => {
                let Found::One(commune) = gazetteer::place(said) else { return false };
                self.open_mut().set("commune_code", commune.code.clone());
                self.open_mut().set("province_code", commune.province_code.clone());
            }
            Kind::Name => {
                let Name::Full(name) = name::read(&self.catalog.menu.lexicon, said) else { return false };
                if gazetteer::place(said) != Found::Nothing {
                    return false;
                }
                self.open_mut().set("submitter_name", name);
            }
            _ => return false,
        }
        self.has_corrected(kind)
    }

    fn has_corrected(&mut self, kind: Kind) -> bool {
        let slot = match kind {
            Kind::Agency => "agency",
            Kind::Address => "address",
            Kind::Name => "submitter_name",
            _ => "phone",
        };
        let value = self.slot(slot).unwrap_or_default();
        self.set("value", value);
        self.take_note("corrected");
        if self.is_reviewing() {
            self.ask()
        } else {
            self.ask_short()
        }
        true
    }

    /// What stands after «à nhầm», if the message begins so.
    fn without_correction<'t>(&self, text: &'t str) -> Option<&'t str> {
        let folded = fold(text);
        let leads = &self.catalog.menu.lexicon.lists.correction_leads;
        let lead = leads.iter().filter(|lead| folded.starts_with(lead.as_str())).max_by_key(|lead| lead.len())?;
        let mut rest = text;
        for _ in 0..lead.split(' ').count() {
            let word = rest.trim_start();
            rest = &word[word.find([' ', ','])?..];
        }
        let rest = rest.trim_start_matches([' ', ',', ':', '.']);
        let is_whole_word = Spoken::new(&text[..text.len() - rest.len()]).folded.trim_end_matches(',') == lead;
        (is_whole_word && !rest.is_empty()).then_some(rest)
    }
}

/// Syntax only (pakn-domain 3.2).
fn is_email(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|sign| sign.is_ascii_graphic() && !b"@,;<>()\"".contains(&sign))
    };
    let Some((name, host)) = text.split_once('@') else { return false };
    text.len() <= 254 && is_part(name) && host.contains('.') && host.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in ["an@mail.vn", "a.b+c@hanoi.gov.vn"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["an", "an@mail", "@mail.vn", "an@.vn", "an @mail.vn", "an@mail.vn, b@mail.vn", "Ấn@mail.vn"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
