//! The messages that go out with the verbs, ready to be sent. Each can be read alone, weeks later.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::clock::{say_date, say_deadline, say_hour};
use crate::outbox::{Fallback, Kind, Post, enqueue, withhold_notices};
use crate::petition::consent::{self, Purpose};
use crate::petition::due::Running;
use crate::petition::store::Awaiting;
use crate::petition::{Answer, Petition, Reference, RefusalReason, Step};
use crate::zalo::message::{Button, Message, Press, Template};

use super::extend::{Promise, close_of};
use super::follow_up::desk;
use super::notices::lines::{self, Line};
use super::notices::template;
use super::notices::{NoticeButton, NoticePress};
use super::{PublicationDraft, Rules};

/// A title inside a sentence is a reminder, not the title.
const TITLE_LIMIT: usize = 40;
/// What a button says that calls an officer.
const PERSON: &str = "#person";
/// How much of an answer goes into a notice.
const QUOTE_LIMIT: usize = 300;

/// Accepted, and which agency has it now.
pub(super) fn accepted(rules: &Rules, petition: &Petition, agency: &str) -> Message {
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("agency", agency.to_owned()),
        ("answer_due", say_deadline(petition.answer_due_at)),
    ];
    message(rules, petition, &lines::ACCEPTED, &values)
}

/// What is missing, in the officer's words, and until when it is waited for.
pub(super) fn supplement_request(
    rules: &Rules,
    petition: &Petition,
    agency: &str,
    awaiting: &Awaiting,
    words: &str,
) -> Message {
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("asked", awaiting.asked.clone()),
        ("agency", agency.to_owned()),
        ("words", words.to_owned()),
        ("due", say_deadline(awaiting.due_at)),
    ];
    message(rules, petition, &lines::SUPPLEMENT_REQUESTED, &values)
}

/// Another agency of the city has it now, and why.
pub(super) fn transferred(
    rules: &Rules,
    petition: &Petition,
    (from, to): (&str, &str),
    why: &str,
    answer_due_at: DateTime<Utc>,
) -> Message {
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("from", from.to_owned()),
        ("to", to.to_owned()),
        ("why", why.to_owned()),
        ("answer_due", say_deadline(answer_due_at)),
    ];
    message(rules, petition, &lines::PASSED_ON, &values)
}

/// An agency of a ministry has it now, and where its answer will stand.
pub(super) fn transferred_out(
    rules: &Rules,
    petition: &Petition,
    agency: &str,
    code: Option<&str>,
    at: DateTime<Utc>,
) -> Message {
    let mut values = vec![
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("agency", agency.to_owned()),
        ("on", say_date(at)),
    ];
    let Some(code) = code else { return message(rules, petition, &lines::SENT_OUT_UNCODED, &values) };
    values.push(("code", code.to_owned()));
    message(rules, petition, &lines::SENT_OUT, &values)
}

/// Under which code the national system has it.
pub(super) fn national_code(rules: &Rules, petition: &Petition, code: &str) -> Message {
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("agency", petition.transferred_to_name.clone().unwrap_or_default()),
        ("code", code.to_owned()),
    ];
    message(rules, petition, &lines::NATIONAL_CODE, &values)
}

/// The message that [`extend`](super::extend()) sends: why more time is needed, the old date and the new one.
pub fn extension_notice(rules: &Rules, petition: &Petition, promise: &Promise) -> Message {
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("agency", desk(rules, petition)),
        ("why", promise.why()),
        ("old_due_on", say_date(petition.answer_due_at)),
        ("new_due", say_deadline(close_of(rules, promise.new_due_on))),
    ];
    message(rules, petition, &lines::EXTENDED, &values)
}

/// The message that [`apologise`](super::apologise()) sends: what is late, why, and the new date.
pub fn apology_notice(rules: &Rules, petition: &Petition, missed: Running, promise: &Promise) -> Message {
    let (is_agency, what) = match missed.step {
        Step::Accept => (false, "báo có tiếp nhận hay không"),
        Step::Publish => (false, "gửi câu trả lời"),
        _ => (true, "trả lời"),
    };
    let office = rules.notices.office();
    let agency = if is_agency { desk(rules, petition) } else { office.to_owned() };
    let line = if agency == office { lines::APOLOGY_OF_THE_OFFICE } else { lines::APOLOGY };
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("agency", agency),
        ("what", what.to_owned()),
        ("old_due", say_deadline(missed.due_at)),
        ("why", promise.why()),
        ("new_due", say_deadline(close_of(rules, promise.new_due_on))),
    ];
    message(rules, petition, &line, &values)
}

/// The message that [`refuse`](super::refuse()) sends: the reason in plain words, and where the matter belongs.
pub fn refusal_notice(rules: &Rules, petition: &Petition, reason: RefusalReason, why: &str) -> Message {
    let refusal = rules.notices.refusal(reason);
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("why", why.trim().to_owned()),
        ("channel", refusal.channel.clone()),
    ];
    let mut message = message(rules, petition, &lines::REFUSED, &values);
    if let Some((title, phone)) = refusal.call.clone() {
        message.buttons.insert(0, Button { title, press: Press::Phone(phone) });
    }
    message
}

/// The message that [`publish`](super::publish()) sends: the first two sentences of the answer and the way to the rest.
pub fn publication_notice(rules: &Rules, petition: &Petition, answer: &Answer, draft: &PublicationDraft) -> Message {
    let line = match (petition.reopened_at, draft.is_public) {
        _ if petition.heap_id.is_some() => lines::ANSWERED_TOGETHER,
        (None, true) => lines::PUBLISHED,
        (None, false) => lines::ANSWERED_PRIVATELY,
        (Some(_), true) => lines::ANSWERED_AGAIN,
        (Some(_), false) => lines::ANSWERED_AGAIN_PRIVATELY,
    };
    let values = [
        ("reference", petition.reference.to_string()),
        ("title", short_title(petition)),
        ("agency", answering_agency(rules, answer)),
        ("quote", two_sentences(&answer.body)),
    ];
    message(rules, petition, &line, &values)
}

/// Who answered; the office is called as in every other notice.
pub(super) fn answering_agency(rules: &Rules, answer: &Answer) -> String {
    let is_office = answer.agency_id == rules.focal_agency;
    if is_office { rules.notices.office().to_owned() } else { answer.agency_name.clone() }
}

fn message(rules: &Rules, petition: &Petition, line: &Line, values: &[(&str, String)]) -> Message {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = rules.notices.say(line, &values);
    let buttons = rules.notices.buttons(line).iter().map(|button| press(rules, &petition.reference, button));
    Message { text, buttons: buttons.collect(), ..Message::default() }
}

/// The message that says that a citizen's message could not be read and was kept for an officer, under this code. It
/// belongs to no petition.
pub fn set_aside_notice(rules: &Rules, code: &str) -> Message {
    without_petition(rules, &lines::SET_ASIDE, &[("code", code)])
}

/// What begins a reply that comes late because we were away from `from` until `until` (voice.md T19).
pub fn late_notice(rules: &Rules, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    rules.notices.say(&lines::LATE, &[("from", &say_hour(from)), ("until", &say_hour(until))])
}

/// An officer's own words. They say whose officer speaks: everything else in the chat is the machine's.
pub(super) fn word(rules: &Rules, agency: &str, text: &str) -> Message {
    without_petition(rules, &lines::WORD, &[("agency", agency), ("text", text)])
}

/// A message that can be sent to somebody without a petition: its buttons call an officer.
fn without_petition(rules: &Rules, line: &Line, values: &[(&str, &str)]) -> Message {
    let person = |button: &NoticeButton| Button { title: button.title.clone(), press: Press::Hide(PERSON.to_owned()) };
    let text = rules.notices.say(line, values);
    Message { text, buttons: rules.notices.buttons(line).iter().map(person).collect(), ..Message::default() }
}

fn press(rules: &Rules, reference: &Reference, button: &NoticeButton) -> Button {
    let press = match button.press {
        NoticePress::View => Press::Hide(format!("#view:{reference}")),
        NoticePress::Result => Press::Url(rules.result_url(reference)),
        NoticePress::Person => Press::Hide(format!("{PERSON}:{reference}")),
        NoticePress::Done => Press::Hide(format!("#done:{reference}")),
        NoticePress::Undone => Press::Hide(format!("#undone:{reference}")),
        NoticePress::Gone => Press::Hide(format!("#gone:{reference}")),
        NoticePress::Later => Press::Hide(format!("#later:{reference}")),
        NoticePress::National => Press::Url(rules.notices.national_portal()),
        NoticePress::Start => Press::Hide("#start:petition".to_owned()),
    };
    Button { title: button.title.clone(), press }
}

/// Hands a notice to the post room in the verb's own transaction.
pub(super) async fn post(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    message: Message,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let kind = Kind::Notice { petition_id: petition.petition_id };
    let fallback = fallback(rules, petition, &message);
    let post = Post { citizen_id: petition.citizen_id, kind, message, fallback, at, send_at: at };
    enqueue(connection, &post).await?;
    if consent::is_withdrawn(connection, petition.citizen_id, Purpose::Messages).await? {
        // Written down, not sent: the result is read with the reference, on the page and in the chat.
        withhold_notices(connection, petition.citizen_id).await?;
    }
    Ok(())
}

/// The same news for where the chat is closed. Who asked to stay unnamed is not named, and gets nothing at a number that
/// somebody else may hold by now: an officer calls. Who had their data erased is not sought in any other way.
pub(super) fn fallback(rules: &Rules, petition: &Petition, message: &Message) -> Option<Fallback> {
    if petition.contact_locked_at.is_some() {
        return None;
    }
    let id = rules.template_id.clone()?;
    let details = &petition.details;
    let is_unnamed = details.identity_confidential;
    let values = [
        ("name", if is_unnamed { "Ông/Bà" } else { details.submitter_name.reveal() }),
        ("reference", &petition.reference.to_string()),
        ("title", details.title.reveal()),
        ("news", &message.text),
    ];
    let template = Template { id, data: template::fill(rules.notices.template(), &values) };
    Some(Fallback { template, phone: details.phone.clone().filter(|_| !is_unnamed) })
}

pub(super) fn short_title(petition: &Petition) -> String {
    shorten(petition.details.title.reveal(), TITLE_LIMIT)
}

/// What was done, by whom, when: officers write it in the first two sentences.
pub(super) fn two_sentences(body: &str) -> String {
    let mut ends = sentence_ends(body.trim());
    let end = ends.by_ref().take(2).last().unwrap_or(body.trim().len());
    let said = body.trim()[..end].split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&said, QUOTE_LIMIT)
}

/// Where sentences end: at a line's end, and at a full stop that is followed by a blank and does not belong to an
/// abbreviation («TP. Hà Nội», «số 5.12»).
fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(move |(at, sign)| {
        let after = at + sign.len_utf8();
        let next = text[after..].chars().next();
        let word = text[..at].rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
        let abbreviation = sign == '.' && word.chars().count() <= 3 && word.chars().any(char::is_uppercase);
        match sign {
            '\n' if !text[..at].trim_end_matches([' ', '\r']).ends_with(['.', '?', '!', '…', '\n']) => Some(at),
            '.' | '?' | '!' | '…' if next.is_none_or(char::is_whitespace) && !abbreviation => Some(after),
            _ => None,
        }
    })
}

/// At most so many characters, cut between words.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let end = text.char_indices().nth(limit - 1).map_or(text.len(), |(at, _)| at);
    let cut = text[..end].rfind(char::is_whitespace).filter(|cut| *cut > 0).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches(|sign: char| sign.is_whitespace() || sign.is_ascii_punctuation()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_quotes_the_first_two_sentences() {
        for (body, quote) in [
            (
                "Đã trả kết quả ngày 20/11. Xin lỗi Ông/Bà vì chậm. Còn vướng, xin gọi.",
                "Đã trả kết quả ngày 20/11. Xin lỗi Ông/Bà vì chậm.",
            ),
            ("UBND TP. Hà Nội đã chỉ đạo. Đã xong. Hết.", "UBND TP. Hà Nội đã chỉ đạo. Đã xong."),
            (
                "Theo Quyết định 13.5/2026, đã chi trả 1.500.000 đồng.",
                "Theo Quyết định 13.5/2026, đã chi trả 1.500.000 đồng.",
            ),
            (
                "Kính gửi Ông Bình\n\nPhường đã họp hội đồng ngày 19/11.\nKết quả: đạt.",
                "Kính gửi Ông Bình Phường đã họp hội đồng ngày 19/11.",
            ),
            ("Một câu không có dấu chấm", "Một câu không có dấu chấm"),
            ("  Đã xong.  ", "Đã xong."),
        ] {
            assert_eq!(two_sentences(body), quote);
        }
    }

    #[test]
    fn a_long_sentence_is_cut_between_words() {
        let quote = two_sentences(&"từng chữ một ".repeat(60));
        assert!(
            quote.chars().count() <= QUOTE_LIMIT
                && quote.ends_with(" chữ…") | quote.ends_with(" một…") | quote.ends_with(" từng…"),
            "{quote}"
        );
        assert_eq!(
            shorten("Trợ cấp hưu trí xã hội quá hẹn chưa có kết quả", 40),
            "Trợ cấp hưu trí xã hội quá hẹn chưa có…"
        );
        assert_eq!(shorten("Chữ", 40), "Chữ");
        assert_eq!(shorten("ếếếếếế", 4), "ếếế…");
    }
}
