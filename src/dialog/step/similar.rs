//! A petition that may be about the same matter: offered once a draft, before the review (voice.md T19). Nothing typed is
//! lost: whoever follows the other one keeps the draft.

use std::collections::BTreeSet;

use super::super::answer::story::shorten;
use super::super::definition::{Step, Text};
use super::super::session::Pending;
use super::super::turn::SimilarPetition;
use super::Scene;
use super::slot::with;
use crate::vietnamese::fold;

/// From here on two texts are about the same. Candidates share agency and matter already, save the citizen's own.
const ALIKE: f64 = 0.35;
const OWN_ALIKE: f64 = 0.5;
/// From here on it is the same text once more.
const SAME: f64 = 0.9;
/// A title in a sentence, in characters.
const TITLE: usize = 80;
/// The published answer as quoted.
const ANSWER: usize = 200;

impl<'a> Scene<'a> {
    /// The petition most like the draft; none below the threshold, and none once one was offered. The same text of the
    /// citizen's own comes first.
    pub(super) fn most_similar(&self) -> Option<&'a SimilarPetition> {
        let open = self.session.open.as_ref().filter(|open| !open.was_compared)?;
        let told = words(open.answer("content")?);
        let facts: &'a _ = self.facts;
        let ranked = facts.similar.iter().filter_map(|petition| {
            let likeness = likeness(&told, &words(petition.text.reveal()));
            let is_own = petition.result_url.is_none();
            let enough = if is_own { OWN_ALIKE } else { ALIKE };
            (likeness >= enough).then_some((is_own && likeness >= SAME, likeness, petition))
        });
        let best =
            ranked.max_by(|one, other| (one.0, one.1).partial_cmp(&(other.0, other.1)).expect("no division by 0"));
        best.map(|(.., petition)| petition)
    }

    /// «Có phản ánh giống việc này: …»
    pub(super) fn ask_similar(&mut self, step: &'a Step) {
        if let Some(petition) = self.most_similar().cloned() {
            let open = self.open_mut();
            open.was_compared = true;
            open.pending = Some(Pending::Similar(petition));
        }
        let Some(petition) = self.offered_similar() else {
            // Back at a question that has been answered.
            return self.settle(step);
        };
        let is_own = petition.result_url.is_none();
        self.name_similar(&petition);
        let hint = step.hint("own");
        let (text, buttons) = match is_own {
            true => (&hint.text, &hint.buttons),
            false => (self.variant(&step.ask).expect("the catalog holds a question"), &step.buttons),
        };
        let understood = self.understood.take();
        self.taken.extend(understood);
        self.say(text, buttons);
    }

    fn offered_similar(&self) -> Option<SimilarPetition> {
        match &self.open().pending {
            Some(Pending::Similar(petition)) => Some(petition.clone()),
            _ => None,
        }
    }

    /// Sets the slots that speak of the other petition.
    fn name_similar(&mut self, petition: &SimilarPetition) {
        let form = self.form();
        let known = self.facts.petitions.iter().find(|known| known.reference == petition.reference);
        let state = match (known, &petition.answered_on) {
            (Some(known), _) => known.status_line.clone(),
            (None, Some(day)) => with(form.said("similar_answered"), &[("day", day)]),
            (None, None) => String::new(),
        };
        let title = shorten(petition.title.reveal(), TITLE);
        let parts = [title.as_str(), &petition.place, &state];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        self.set("similar", parts.join(", "));
        self.set("similar_answer", shorten(&petition.answer, ANSWER));
        self.set("shown_reference", &petition.reference);
        self.set("short_reference", &petition.short);
        self.set("value", petition.result_url.clone().unwrap_or_default());
    }

    /// «Theo dõi»: shows the other one; the draft is set aside, and «Vẫn gửi» takes it up again.
    pub(super) fn follow_similar(&mut self, step: &'a Step) {
        let Some(petition) = self.offered_similar() else { return self.old_button("") };
        let open = self.open_mut();
        open.pending = None;
        open.settled.insert(step.id.clone());
        self.name_similar(&petition);
        let hint = step.hint(if petition.result_url.is_none() { "followed_own" } else { "followed" });
        let text: &Text = &hint.text;
        self.say(text, &hint.buttons);
        self.session.keep_open();
    }
}

/// The words that tell texts apart: folded, without the short ones that stand everywhere.
fn words(text: &str) -> BTreeSet<String> {
    const LONG: usize = 3;
    const EVERYWHERE: [&str; 24] = [
        "toi", "cho", "cua", "den", "nay", "thi", "khi", "cac", "nhung", "duoc", "khong", "mot", "hai", "ngay", "hom",
        "roi", "van", "chua", "lai", "nhu", "voi", "phuong", "thang", "gio",
    ];
    let folded = fold(text);
    let words = folded.split(|sign: char| !sign.is_alphanumeric());
    words
        .filter(|word| {
            word.len() >= LONG && !EVERYWHERE.contains(word) && !word.bytes().all(|sign| sign.is_ascii_digit())
        })
        .map(str::to_owned)
        .collect()
}

/// 0 for nothing in common, 1 for the same words.
fn likeness(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let common = one.intersection(other).count() as f64;
    common / ((one.len() * other.len()) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f64 {
        likeness(&words(one), &words(other))
    }

    #[test]
    fn the_same_matter_in_other_words_is_alike_and_another_is_not() {
        let allowance =
            "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ 76 tuổi từ 5/10, hẹn 10 ngày làm việc, nay chưa có";
        assert!(alike(allowance, &allowance.to_uppercase()) > SAME);
        let again = "ho so tro cap huu tri xa hoi cua me toi nop tu thang 9 qua hen van chua co ket qua";
        assert!(alike(allowance, again) > ALIKE, "{}", alike(allowance, again));
        let other = "Phường đòi thêm giấy xác nhận tạm trú khi chứng thực bản sao hộ chiếu";
        assert!(alike(allowance, other) < ALIKE, "{}", alike(allowance, other));
        assert!(alike("", allowance) == 0.0);
    }
}
