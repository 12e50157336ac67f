//! Who sends: names, companies, phone numbers. What else stands in the same line is taken too.

use super::super::answer::company::{self, TaxCode};
use super::super::answer::contact::{self, split_at_number};
use super::super::answer::name::{self, Name};
use super::super::answer::phone::{self, Phone};
use super::super::definition::Step;
use super::super::kind::Kind;
use super::super::session::Pending;
use super::super::turn::Contact;
use super::Scene;
use crate::gazetteer::{self, Found};
use crate::privacy::{Personal, say_phone};

/// Longer texts that are no name or number are more of the story.
const STRAY: usize = 40;

impl<'a> Scene<'a> {
    pub(super) fn name(&mut self, step: &'a Step, text: &str) {
        if self.names_a_company(text) {
            self.open_mut().set("submitter_type", "enterprise");
            return self.company(step, text);
        }
        let lexicon = &self.catalog.menu.lexicon;
        let line = contact::read(lexicon, text);
        let was_short = matches!(self.open().pending, Some(Pending::ShortName(_)));
        match line.name {
            Name::Full(name) => {
                self.open_mut().set("submitter_name", name);
                self.take_contact(line.phone.as_deref(), &line.rest);
                self.advance();
            }
            Name::Short(_) if !lexicon.meanings(text).is_empty() => self.retry(step, None),
            Name::Short(name) if was_short => {
                self.open_mut().set("submitter_name", name);
                self.advance();
            }
            Name::Short(name) => {
                self.take_contact(line.phone.as_deref(), &line.rest);
                self.open_mut().pending = Some(Pending::ShortName(Personal::new(name)));
                let hint = step.hint("one_word");
                self.say(&hint.text, &hint.buttons);
            }
            Name::NoName if self.stray(text, STRAY) => {}
            Name::NoName => self.retry(step, None),
        }
    }

    pub(super) fn short_name_accepted(&mut self) {
        if let Some(Pending::ShortName(name)) = self.open_mut().pending.take() {
            self.open_mut().set("submitter_name", name.reveal());
        }
        self.advance();
    }

    /// A phone number and an address that stood in the same line.
    fn take_contact(&mut self, phone: Option<&str>, rest: &str) {
        if let Some(phone) = phone {
            self.open_mut().set("phone", phone);
        }
        let address = gazetteer::address(rest);
        if let Found::One(commune) = address.place {
            let open = self.open_mut();
            open.set("commune_code", commune.code.clone());
            open.set("province_code", commune.province_code.clone());
        }
        if address.detail.chars().count() >= 3 && address.place != Found::Nothing {
            self.open_mut().set("address_detail", address.detail);
        }
    }

    /// A company's name, with its tax code where people know it.
    pub(super) fn company(&mut self, step: &'a Step, text: &str) {
        let company = company::read(text);
        let is_answer = self.catalog.menu.lexicon.meanings(text).is_empty();
        if !is_answer
            || !(2..=200).contains(&company.name.chars().count())
            || !company.name.chars().any(char::is_alphabetic)
        {
            return self.retry(step, None);
        }
        self.open_mut().set("submitter_name", company.name);
        match company.tax_code {
            TaxCode::Good(code) => {
                self.open_mut().set("tax_code", code);
                self.advance();
            }
            TaxCode::Absent => self.advance(),
            TaxCode::Doubtful(typed) => self.doubt_tax_code(&typed),
        }
    }

    /// The name stands; the code alone is asked about.
    fn doubt_tax_code(&mut self, typed: &str) {
        let form = self.form();
        let Some(step) = form.steps.iter().find(|step| step.kind == Kind::TaxCode) else { return self.advance() };
        let open = self.open_mut();
        let left = std::mem::replace(&mut open.step, step.id.clone());
        open.path.push(left);
        self.tax_code_unread(step, typed);
    }

    pub(super) fn tax_code(&mut self, step: &'a Step, text: &str) {
        match company::read(text).tax_code {
            TaxCode::Good(code) => {
                self.open_mut().set("tax_code", code);
                self.note_taken(step);
                self.advance();
            }
            TaxCode::Doubtful(typed) => self.tax_code_unread(step, &typed),
            TaxCode::Absent => self.retry(step, None),
        }
    }

    fn tax_code_unread(&mut self, step: &'a Step, typed: &str) {
        self.set("typed", typed);
        self.retry(step, Some("check"));
    }

    pub(super) fn representative(&mut self, step: &'a Step, text: &str) {
        let lexicon = &self.catalog.menu.lexicon;
        let (before, number) = match split_at_number(text) {
            Some((before, number, _)) => (before.trim_end_matches([' ', ',', ';', '-', ':']), Some(number)),
            None => (text, None),
        };
        let is_second = self.tries(step) > 0;
        match name::read_with_role(lexicon, before) {
            Name::Short(_) if !is_second || !lexicon.meanings(text).is_empty() => self.retry(step, None),
            Name::Full(name) | Name::Short(name) => {
                self.open_mut().set("representative_name", name);
                if let Some(number) = number {
                    self.open_mut().set("phone", number);
                }
                self.note_taken(step);
                self.advance();
            }
            Name::NoName => self.retry(step, None),
        }
    }

    pub(super) fn phone(&mut self, step: &'a Step, text: &str) {
        match phone::read(text) {
            Phone::Good(number) => {
                self.open_mut().set("phone", number);
                self.advance();
            }
            Phone::Old { typed, now } => {
                self.set("typed", typed);
                self.set("new_phone", say_phone(&now));
                self.open_mut().pending = Some(Pending::NewPhone(Personal::new(now)));
                let hint = step.hint("old");
                self.say(&hint.text, &hint.buttons);
            }
            Phone::Hotline => {
                self.set("typed", text.trim());
                self.retry(step, Some("hotline"));
            }
            Phone::Digits(count) => {
                self.set("digits", count.to_string());
                self.retry(step, Some("digits"));
            }
            Phone::NoNumber if self.stray(text, STRAY) => {}
            Phone::NoNumber => self.retry(step, None),
        }
    }

    pub(super) fn new_phone_accepted(&mut self, step: &'a Step) {
        match self.open_mut().pending.take() {
            Some(Pending::NewPhone(number)) => {
                self.open_mut().set("phone", number.reveal());
                self.advance();
            }
            _ => self.retry(step, None),
        }
    }

    /// The reason for asking is given once; then leaving it empty is accepted.
    pub(super) fn phone_skipped(&mut self, step: &'a Step) {
        if self.open().pending == Some(Pending::EmptyPhone) || self.tries(step) >= 3 {
            return self.settle(step);
        }
        self.open_mut().pending = Some(Pending::EmptyPhone);
        let hint = step.hint("skip");
        self.say(&hint.text, &hint.buttons);
    }

    /// Zalo's contact form: fills what it can of the open form.
    pub(super) fn contact_form(&mut self, contact: &Contact) {
        if self.session.open.is_none() {
            return self.greet();
        }
        let is_individual = self.answer_to("submitter_type") == Some("individual");
        let reveal =
            |value: &Option<Personal>| value.as_ref().map(|value| value.reveal().trim().to_owned()).unwrap_or_default();
        let name = reveal(&contact.name);
        if let Name::Full(name) | Name::Short(name) = name::read(&self.catalog.menu.lexicon, &name) {
            self.open_mut().set(if is_individual { "submitter_name" } else { "representative_name" }, name);
        }
        if let Phone::Good(number) = phone::read(&reveal(&contact.phone)) {
            self.open_mut().set("phone", number);
        }
        if is_individual {
            let place = [&contact.ward, &contact.city].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            let line = format!("{}, {place}", reveal(&contact.address));
            self.take_contact(None, line.trim_matches([',', ' ']));
        }
        self.advance();
    }
}
