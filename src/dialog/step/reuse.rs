//! Who the citizen said to be last time: offered masked; pressing «Dùng lại» is the consent to it.

use super::super::answer::contact;
use super::super::answer::name::Name;
use super::super::definition::{Item, Step};
use super::super::kind::Kind;
use super::super::turn::Effect;
use super::Scene;
use crate::gazetteer::{self, Found};
use crate::privacy::{Personal, mask_phone};

impl<'a> Scene<'a> {
    /// The contact data of last time, while it may be offered: agreed to the notice, no name given for this draft, and
    /// the same kind of sender as the story tells of.
    pub(super) fn known_contact(&self) -> Option<&'a std::collections::BTreeMap<String, Personal>> {
        let facts: &'a _ = self.facts;
        let known = &facts.contact;
        if !known.contains_key("submitter_name") || !self.has_consent() || self.answer_to("submitter_name").is_some() {
            return None;
        }
        let told = self.answer_to("submitter_type");
        let usual = self.form().defaults.get("submitter_type").map(String::as_str);
        let is_same = told == usual || told == known.get("submitter_type").map(Personal::reveal);
        is_same.then_some(known)
    }

    /// «Phạm Thị Lan, 0912***678, phường Định Công»; what was given anew stands in the place of the old.
    pub(super) fn known_contact_said(&self) -> Option<String> {
        let known = self.known_contact()?;
        let value = |name: &str| self.answer_to(name).or_else(|| known.get(name).map(Personal::reveal));
        let name = value("submitter_name")?.to_owned();
        let phone = value("phone").map(mask_phone);
        let place = value("commune_code").and_then(gazetteer::commune).map(|commune| commune.said.clone());
        let parts: Vec<String> = [Some(name), phone, place].into_iter().flatten().collect();
        Some(parts.join(", "))
    }

    /// «Dùng lại»: what was not given for this draft is taken from last time.
    pub(super) fn take_known(&mut self) {
        self.fill_in_known();
        self.advance();
    }

    fn fill_in_known(&mut self) {
        let Some(known) = self.known_contact() else { return };
        let version = self.catalog.consent_version().to_owned();
        self.effects.push(Effect::Reuse { version });
        let form = self.form();
        let open = self.open_mut();
        for (name, value) in known {
            if open.answer(name).is_none() || open.inferred.contains(name) {
                open.set(name, value.reveal());
            }
        }
        // What was left out last time is not asked for again.
        let (has_phone, has_commune) = (open.answer("phone").is_some(), open.answer("commune_code").is_some());
        let left_out = form.steps.iter().filter(|step| match step.kind {
            Kind::Phone => !has_phone,
            Kind::Address => !has_commune,
            _ => false,
        });
        open.settled.extend(left_out.map(|step| step.id.clone()));
    }

    /// «đổi số thôi» at the offer: all the rest is taken again.
    pub(super) fn take_known_for(&mut self, item: &Item) {
        let is_offered = self.at_step().is_some_and(|(_, step)| step.kind == Kind::Reuse);
        let form = self.form();
        let is_contact = |id: &String| {
            let kind = form.step(id).map(|step| (step.kind, step.or_typed.is_empty()));
            matches!(
                kind,
                Some((Kind::Phone | Kind::Address | Kind::Name | Kind::Representative, _) | (Kind::Choice, false))
            )
        };
        if is_offered && item.steps.iter().any(is_contact) {
            self.fill_in_known();
        }
    }

    /// A name typed at the offer is somebody else, or the same with other data.
    pub(super) fn other_contact(&mut self, step: &'a Step, text: &str) {
        let form = self.form();
        let line = contact::read(&self.catalog.menu.lexicon, text);
        let is_name = matches!(line.name, Name::Full(_)) && gazetteer::place(text) == Found::Nothing;
        let named = form.steps.iter().find(|step| {
            matches!(step.kind, Kind::Name | Kind::Company) && step.when.holds(|name| self.answer_to(name))
        });
        match named {
            Some(named) if is_name => {
                self.open_mut().settled.insert(step.id.clone());
                self.turn_to(&named.id);
                self.read_as(named, text);
            }
            _ => self.more_at_notice(step, text),
        }
    }
}
