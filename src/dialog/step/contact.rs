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
use crate::gazetteer::{self, Found, FoundAgency};
use crate::privacy::{Personal, say_phone};
use crate::vietnamese::{fold, nfc};

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
                self.take_phone(line.phone);
                self.take_rest(&line.rest);
            }
            Name::Short(_) if !lexicon.meanings(text).is_empty() => self.retry(step, None),
            Name::Short(name) if was_short => {
                self.open_mut().set("submitter_name", name);
                self.advance();
            }
            Name::Short(name) => {
                self.take_phone(line.phone);
                self.take_place(&line.rest);
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

    fn take_phone(&mut self, phone: Option<String>) {
        if let Some(phone) = phone {
            self.open_mut().set("phone", phone);
        }
    }

    /// An agency and an address that stood in the same line; then the next question, about what is still missing.
    fn take_rest(&mut self, rest: &str) {
        let rest = self.take_agency(rest);
        match self.take_place(&rest) {
            Some(step) => {
                self.turn_to(&step.id);
                self.address(step, &rest);
            }
            None => self.advance(),
        }
    }

    /// Takes an address. Gives the step that has to ask about it: a place that was divided, or outside the city.
    fn take_place(&mut self, text: &str) -> Option<&'a Step> {
        let form = self.form();
        let is_asked = |step: &&Step| step.kind == Kind::Address && step.when.holds(|name| self.answer_to(name));
        let step = form.steps.iter().find(is_asked)?;
        let address = gazetteer::address(text);
        match address.place {
            Found::One(commune) => {
                if !address.detail.is_empty() && self.is_settled(step) {
                    self.forget_address(step);
                }
                self.open_mut().set("commune_code", commune.code.clone());
                self.open_mut().set("province_code", commune.province_code.clone());
                self.add_house(&address.detail);
                None
            }
            Found::Split { .. } | Found::Near { .. } | Found::Elsewhere { .. } => Some(step),
            Found::Nothing => {
                if says_house(text) {
                    self.add_house(text);
                }
                None
            }
        }
    }

    /// «nộp ở một cửa Cầu Giấy» among the parts of a line; gives the other parts.
    fn take_agency(&mut self, line: &str) -> String {
        let mut rest = Vec::new();
        for part in line.split([',', ';', '\n']).map(str::trim) {
            match gazetteer::agency(part) {
                FoundAgency::One(agency) if says_agency(part) => {
                    self.open_mut().set("target_agency_code", agency.code.clone());
                }
                _ => rest.push(part),
            }
        }
        rest.retain(|part| !part.is_empty());
        rest.join(", ")
    }

    /// A phone number in an address; gives the address.
    pub(super) fn take_phone_aside(&mut self, text: &str) -> String {
        let Some((before, number, after)) = split_at_number(text) else { return text.to_owned() };
        self.take_phone(Some(number));
        let after = after.trim_matches([' ', ',', ';', '-', '.']);
        let parts = [without_phone_word(before), after];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// A phone number in the answer to another question: with it stand a name and an address. They are taken; what is
    /// left is the answer itself.
    pub(super) fn take_contact_aside(&mut self, text: &str) -> String {
        let Some((before, number, after)) = split_at_number(text) else { return text.to_owned() };
        self.take_phone(Some(number));
        let line = format!("{},{after}", without_phone_word(before));
        let mut left = Vec::new();
        for part in line.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            let is_place = gazetteer::agency(part) != FoundAgency::Nothing;
            match name::read(&self.catalog.menu.lexicon, part) {
                Name::Full(name) if !is_place && self.answer_to("submitter_name").is_none() => {
                    let is_individual = self.answer_to("submitter_type") == Some("individual");
                    self.open_mut().set(if is_individual { "submitter_name" } else { "representative_name" }, name);
                }
                _ if left.is_empty() => left.push(part),
                _ => {
                    self.take_place(part);
                }
            }
        }
        left.join(", ")
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
                self.take_phone(number);
                self.note_taken(step);
                self.advance();
            }
            Name::NoName => self.retry(step, None),
        }
    }

    pub(super) fn phone(&mut self, step: &'a Step, text: &str) {
        if let Some((_, number, after)) = split_at_number(text)
            && after.chars().any(char::is_alphabetic)
            && split_at_number(after).is_none()
        {
            self.take_phone(Some(number));
            return self.take_rest(after.trim_matches([' ', ',', ';', '-', '.']));
        }
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

    /// Zalo's contact form. Sending it is no agreement to our notice, so nothing of it is kept before that is given: the
    /// notice is shown, and the card comes again after it. What the form lacks is asked for in words.
    pub(super) fn contact_form(&mut self, contact: &Contact) {
        if !self.has_consent() {
            return match self.session.open {
                Some(_) => self.small_case("contact_before_consent"),
                None => self.greet(),
            };
        }
        let is_with_officer = self.session.officer.is_some();
        if self.session.open.is_none() {
            if is_with_officer {
                return;
            }
            self.begin("petition");
        }
        if !self.form().steps.iter().any(|step| step.kind == Kind::Name) {
            return self.ask_short();
        }
        self.session.aside = None;
        self.open_mut().has_shared_contact = true;
        let place = self.take_form(contact);
        if is_with_officer {
            self.take_place(&place);
            return;
        }
        match self.is_reviewing() {
            true if place.is_empty() => self.ask(),
            _ => self.take_rest_of_form(&place),
        }
    }

    /// The name and the number; gives the address in one line, of a person: an enterprise's is not where its
    /// representative lives.
    fn take_form(&mut self, contact: &Contact) -> String {
        let is_individual = self.answer_to("submitter_type") == Some("individual");
        let reveal =
            |value: &Option<Personal>| value.as_ref().map(|value| value.reveal().trim().to_owned()).unwrap_or_default();
        let name = nfc(&reveal(&contact.name));
        if let Name::Full(name) | Name::Short(name) = name::read(&self.catalog.menu.lexicon, &name) {
            self.open_mut().set(if is_individual { "submitter_name" } else { "representative_name" }, name);
        }
        if let Phone::Good(number) | Phone::Old { now: number, .. } = phone::read(&reveal(&contact.phone)) {
            self.open_mut().set("phone", number);
        }
        if !is_individual {
            return String::new();
        }
        let parts = [&contact.ward, &contact.district, &contact.city].into_iter().flatten().cloned();
        let parts: Vec<String> = std::iter::once(reveal(&contact.address)).chain(parts).collect();
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        nfc(&parts.join(", "))
    }

    fn take_rest_of_form(&mut self, place: &str) {
        match self.take_place(place) {
            Some(step) => {
                self.turn_to(&step.id);
                self.address(step, place);
            }
            None => self.advance(),
        }
    }
}

/// Whether a text without a place we know may still be a house: «số 5 ngõ 12», «thôn Đông».
fn says_house(text: &str) -> bool {
    const LEADS: [&str; 12] = ["so", "nha", "ngo", "ngach", "hem", "thon", "xom", "to", "khu", "toa", "chung", "duong"];
    let folded = fold(text);
    let first = folded.split(' ').next().unwrap_or_default();
    text.bytes().any(|sign| sign.is_ascii_digit()) || (LEADS.contains(&first) && folded.contains(' '))
}

/// Whether a part of a line says that it names an agency, not a home.
fn says_agency(part: &str) -> bool {
    const LEADS: [&str; 10] =
        ["nop o", "nop tai", "mot cua", "1 cua", "ubnd", "uy ban", "co quan", "chi cuc", "o mot cua", "tai mot cua"];
    let folded = fold(part);
    let is_department =
        folded.strip_prefix("so ").is_some_and(|name| name.starts_with(|sign: char| sign.is_alphabetic()));
    is_department || LEADS.iter().any(|lead| folded.starts_with(lead))
}

/// The text without «sđt» at its end.
fn without_phone_word(before: &str) -> &str {
    const WORDS: [&str; 9] =
        ["số điện thoại", "so dien thoai", "điện thoại", "dien thoai", "sđt", "sdt", "đt", "dt", "số"];
    let before = before.trim_end_matches([' ', ',', ';', '-', ':', '.', '(']);
    let lower = before.to_lowercase();
    let word = WORDS.iter().find(|word| lower.ends_with(*word) && lower.len() == before.len());
    word.map_or(before, |word| before[..before.len() - word.len()].trim_end_matches([' ', ',', ';', '-', ':']))
}
