//! Template messages: by user id, and by phone.

use chrono::{DateTime, Timelike, Utc};
use serde_json::Value;

use super::super::bubble::{Bubble, Side};
use super::super::event;
use super::super::phone::PhoneId;
use super::super::rules::template::{self, Template};
use super::super::rules::{self, Refusal};
use super::{World, delta};
use crate::clock::hanoi;

/// What a template message that was taken is answered with.
#[derive(Debug)]
pub struct TemplateReceipt {
    pub message_id: String,
    pub user_id: String,
    /// The day's template messages by phone, and how many are left.
    pub daily: (u32, u32),
}

impl World {
    /// By user id (zalo-oa 2.4): the window does not matter, the citizen's wishes do.
    pub fn accept_template(&mut self, body: &Value, at: DateTime<Utc>) -> Result<TemplateReceipt, Refusal> {
        let user_id = body["user_id"].as_str().ok_or_else(rules::unknown_recipient)?;
        let id = self.find(user_id).ok_or_else(rules::unknown_recipient)?;
        self.is_reachable(id)?;
        let citizen = self.citizen(id);
        match () {
            () if citizen.standing.refuses_templates => return Err(Refusal::of(-244)),
            // Whoever never had anything to do with the account is a stranger to it.
            () if !citizen.is_follower && citizen.last_heard_at.is_none() => return Err(Refusal::of(-213)),
            () if self.manners.balance_is_empty => return Err(Refusal::of(-321)),
            () => {}
        }
        let template = self.template(&body["template_id"]).map_err(template::by_user_id)?;
        if !template.by_uid {
            return Err(Refusal::of(-249));
        }
        let template_id = template.id.clone();
        let filled = template.fill(&body["template_data"]).map_err(template::by_user_id)?;
        let message_id = self.show_template(id, template_id, &filled, at);
        self.receipts(id, &message_id, at);
        Ok(TemplateReceipt { message_id, user_id: user_id.to_owned(), daily: self.daily_templates(at) })
    }

    /// By phone (zalo-oa 6).
    pub fn accept_phone_template(&mut self, body: &Value, at: DateTime<Utc>) -> Result<TemplateReceipt, Refusal> {
        let number = template::phone(&body["phone"])?;
        let tracking_id = template::tracking_id(&body["tracking_id"])?.to_owned();
        template::sending_mode(&body["sending_mode"])?;
        let template = self.template(&body["template_id"])?;
        let template_id = template.id.clone();
        let filled = template.fill(&body["template_data"])?;
        let id = self.by_phone.get(number).copied().ok_or_else(|| refusal(-118))?;
        let is_trial = self.takes_phone_template(id, &body["mode"])?;
        if !is_trial {
            self.may_send(id, at)?;
        }
        let message_id = self.show_template(id, template_id, &filled, at);
        self.phone_messages.insert(message_id.clone(), at + delta(self.manners.delay));
        if !is_trial {
            self.templates_sent.add(at);
            self.citizen_mut(id).templates.add(at);
        }
        if self.manners.receipts {
            let as_sent = body["phone"].as_str().unwrap_or(number);
            let event = event::phone_receipt(&self.settings, as_sent, &message_id, &tracking_id, at);
            self.tell(id, event, None, at);
        }
        let user_id = self.citizen(id).user_id.clone();
        Ok(TemplateReceipt { message_id, user_id, daily: self.daily_templates(at) })
    }

    /// The day's template messages by phone, and how many are left.
    pub fn daily_templates(&self, at: DateTime<Utc>) -> (u32, u32) {
        let total = self.manners.templates_a_day;
        (total, total.saturating_sub(self.templates_sent.at(at).0))
    }

    /// When a template message by phone was delivered; none: nobody sent it.
    pub fn phone_message(&self, message_id: &str) -> Option<DateTime<Utc>> {
        self.phone_messages.get(message_id).copied()
    }

    fn template(&self, id: &Value) -> Result<&Template, Refusal> {
        let id = id.as_str().unwrap_or_default();
        let template = self.settings.templates.iter().find(|template| template.id == id);
        let template = template.ok_or_else(|| refusal(-109))?;
        template.is_approved.then_some(template).ok_or_else(|| refusal(-131))
    }

    /// Does the citizen take it? True: it is a trial to somebody who administers the application.
    fn takes_phone_template(&self, id: PhoneId, mode: &Value) -> Result<bool, Refusal> {
        let standing = self.citizen(id).standing;
        match () {
            () if standing.has_no_account => Err(refusal(-118)),
            () if standing.is_outdated => Err(refusal(-110)),
            () if standing.is_inactive => Err(refusal(-114)),
            () if standing.refuses_templates => Err(refusal(-139)),
            () if standing.is_ineligible => Err(refusal(-140)),
            () if standing.has_blocked => Err(refusal(-141)),
            () if mode == "development" && !standing.is_admin => Err(refusal(-127)),
            () => Ok(mode == "development"),
        }
    }

    /// Do the hours, the balance and the limits allow it?
    fn may_send(&self, id: PhoneId, at: DateTime<Utc>) -> Result<(), Refusal> {
        let manners = &self.manners;
        let hour = hanoi(at).hour();
        let (today, this_month) = self.citizen(id).templates.at(at);
        match () {
            () if manners.templates_sleep && !(6..22).contains(&hour) => Err(refusal(-133)),
            () if manners.balance_is_empty => Err(refusal(-115)),
            () if self.daily_templates(at).1 == 0 => Err(refusal(-144)),
            () if this_month >= manners.templates_a_month_each => Err(refusal(-1471)),
            () if today >= manners.templates_a_day_each => Err(refusal(-1472)),
            () => Ok(()),
        }
    }

    fn show_template(
        &mut self,
        id: PhoneId,
        template_id: String,
        filled: &[(String, String)],
        at: DateTime<Utc>,
    ) -> String {
        let lines: Vec<String> = filled.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let text = format!("[Tin mẫu {template_id}]\n{}", lines.join("\n"));
        let bubble = Bubble { template_id: Some(template_id), ..Bubble::new(Side::Account, text, at) };
        let message_id = bubble.msg_id.clone();
        self.citizen_mut(id).bubbles.push(bubble);
        self.messages_sent += 1;
        message_id
    }
}

fn refusal(code: i32) -> Refusal {
    Refusal::of_template_host(code)
}
