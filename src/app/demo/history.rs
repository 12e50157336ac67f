//! Lives through the stories, day by day: with the clock set to each moment, so that deadlines, histories and chats are
//! what they would be if it had all happened.

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use crate::casework::{self, AnswerDraft, Answered, Hand, Rules, SupplementRequest, TaskDraft};
use crate::clock::{Clock, hanoi};
use crate::inbox::citizen;
use crate::outbox::Deliverer;
use crate::petition::{Calendar, Petition, answer, calendar_store, store};
use crate::sim::Zalo;

use super::story::Story;

/// When things happen on their day; every story a few minutes after the one before.
const FILED_AT: (u32, u32) = (8, 10);
const ACCEPTED_AT: (u32, u32) = (13, 10);
const REFUSED_AT: (u32, u32) = (14, 5);
const ANSWERED_AT: (u32, u32) = (14, 40);
const PUBLISHED_AT: (u32, u32) = (15, 50);

/// The stories that go a step further.
const GIVEN: &str = "S014";
const ASKED: &str = "S006";

/// What is needed to live through a story.
pub struct History<'a> {
    pub pool: &'a PgPool,
    pub rules: &'a Rules,
    pub zalo: &'a Zalo,
    pub clock: &'a Clock,
    /// Sends the notices at the time they were written.
    pub deliverer: &'a Deliverer,
    pub officer_id: i64,
    /// The second person.
    pub approver_id: i64,
    /// Who works on what lies with their agency.
    pub handler_id: i64,
}

/// One thing that happens to one story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    at: DateTime<Utc>,
    story: usize,
    deed: Deed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    File,
    Accept,
    Refuse,
    Answer,
    Publish,
}

impl History<'_> {
    /// Lives through all stories, and brings the clock back to the present.
    pub async fn live(&self, stories: &[Story]) -> anyhow::Result<()> {
        let calendar = calendar_store::calendar(&mut *self.pool.acquire().await?).await?;
        let mut references = vec![String::new(); stories.len()];
        let mut gone_back = TimeDelta::zero();
        for moment in moments(stories, &calendar, self.clock.now()) {
            let by = moment.at - self.clock.now();
            self.clock.advance(by);
            gone_back += by;
            self.happens(moment, &stories[moment.story], &mut references[moment.story])
                .await
                .with_context(|| format!("{} {:?}", stories[moment.story].sample, moment.deed))?;
            while self.deliverer.round().await? > 0 {}
        }
        self.clock.advance(-gone_back);
        Ok(())
    }

    async fn happens(&self, moment: Moment, story: &Story, reference: &mut String) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        if moment.deed == Deed::File {
            *reference = self.is_filed(&mut transaction, story, moment.at).await?;
            return Ok(transaction.commit().await?);
        }
        let petition = store::find(&mut transaction, &reference.parse()?).await?.context("it was filed before")?;
        let hand = Hand { reference, version: petition.version, officer_id: self.officer_id, at: moment.at };
        match moment.deed {
            Deed::File => unreachable!("it returned above"),
            Deed::Accept => {
                let agency = story.agency.as_deref().context("who handles it")?;
                casework::accept(self.rules, &mut transaction, hand, agency).await?;
                self.goes_on(&mut transaction, &story.sample, hand).await?;
            }
            Deed::Refuse => {
                let refusal = story.refusal.as_ref().context("why it is refused")?;
                casework::refuse(self.rules, &mut transaction, hand, &refusal.reason, &refusal.text).await?;
            }
            Deed::Answer => {
                let draft = story.answer.as_ref().context("what is answered")?.draft(hanoi(moment.at).date_naive());
                self.is_answered(&mut transaction, hand, &draft).await?;
            }
            Deed::Publish => self.is_published(&mut transaction, &petition, hand).await?,
        }
        Ok(transaction.commit().await?)
    }

    /// So that there is something in every state: one is given to a person, of one the sender is asked for a paper.
    async fn goes_on(&self, db: &mut PgConnection, sample: &str, hand: Hand<'_>) -> anyhow::Result<()> {
        let hand = Hand { version: hand.version + 1, ..hand };
        match sample {
            GIVEN => {
                let calendar = calendar_store::calendar(db).await?;
                let days = (1..).filter_map(|days| hanoi(hand.at).date_naive().checked_add_days(Days::new(days)));
                let due_on = days.filter(|day| calendar.is_working_day(*day)).nth(7).context("a day of work")?;
                let task = TaskDraft {
                    handler_id: Some(self.handler_id),
                    what: "Xem hồ sơ gốc, nêu rõ vì sao chậm và ngày trả kết quả.".to_owned(),
                    due_on: due_on.format("%d/%m/%Y").to_string(),
                };
                casework::assign(self.rules, db, hand, &task).await?;
            }
            ASKED => {
                let request = SupplementRequest {
                    asked: "ảnh giấy hẹn".to_owned(),
                    words: "Cơ quan cần số giấy hẹn để tìm hồ sơ; Ông/Bà chụp rõ cả trang.".to_owned(),
                };
                casework::request_supplement(self.rules, db, hand, &request).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn is_filed(&self, db: &mut PgConnection, story: &Story, at: DateTime<Utc>) -> anyhow::Result<String> {
        let phone = match &story.phone_on_page {
            Some(owner) => self.zalo.phone(owner),
            None => self.zalo.acquaintance(&story.name),
        };
        phone.wrote_before(&story.content);
        let citizen_id = citizen::meet(db, &phone.user_id(), at).await?;
        let filing = story.filing(citizen_id);
        casework::record_consent(db, citizen_id, &filing.consent_version, at).await?;
        Ok(casework::file(self.rules, db, &filing, at).await?.reference)
    }

    /// Where the policy wants a second person, they release it at once.
    async fn is_answered(&self, db: &mut PgConnection, hand: Hand<'_>, draft: &AnswerDraft) -> anyhow::Result<()> {
        if casework::answer(self.rules, db, hand, draft).await? == Answered::AwaitsApproval {
            let second = Hand { version: hand.version + 1, officer_id: self.approver_id, ..hand };
            casework::approve(self.rules, db, second).await?;
        }
        Ok(())
    }

    /// What the machine proposes is what the officer releases.
    async fn is_published(&self, db: &mut PgConnection, petition: &Petition, hand: Hand<'_>) -> anyhow::Result<()> {
        let answer = answer::latest(db, petition.petition_id).await?.context("it was answered before")?;
        let draft = casework::publication_proposal(petition, &answer);
        Ok(casework::publish(self.rules, db, hand, &draft).await?)
    }
}

/// Everything that happens, in order.
fn moments(stories: &[Story], calendar: &Calendar, now: DateTime<Utc>) -> Vec<Moment> {
    let mut moments = Vec::new();
    for (number, story) in stories.iter().enumerate() {
        let deeds = [
            (Deed::File, Some(story.filed), FILED_AT),
            (Deed::Accept, story.accepted, ACCEPTED_AT),
            (Deed::Refuse, story.refusal.as_ref().map(|refusal| refusal.days), REFUSED_AT),
            (Deed::Answer, story.answer.as_ref().map(|answer| answer.days), ANSWERED_AT),
            (Deed::Publish, story.publication.as_ref().map(|publication| publication.days), PUBLISHED_AT),
        ];
        let happening = deeds.into_iter().filter_map(|(deed, days, hour)| Some((deed, days?, hour)));
        moments.extend(happening.map(|(deed, days, hour)| {
            let at = moment(days, hour, number, calendar, now);
            Moment { at, story: number, deed }
        }));
    }
    moments.sort();
    moments
}

/// A time on the day that is so many working days before today; for today, some minutes ago.
fn moment(
    days: u32,
    (hour, minute): (u32, u32),
    number: usize,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let minutes = TimeDelta::minutes(i64::try_from(number).expect("few stories"));
    if days == 0 {
        return now - TimeDelta::minutes(60) + minutes;
    }
    let day = working_day_before(hanoi(now).date_naive(), days, calendar);
    let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("an hour of the day");
    let local = day.and_time(time).and_local_timezone(hanoi(now).timezone());
    local.single().expect("Vietnam has no summer time").to_utc() + minutes
}

fn working_day_before(today: NaiveDate, count: u32, calendar: &Calendar) -> NaiveDate {
    let earlier = (1..).map_while(|days| today.checked_sub_days(Days::new(days)));
    let mut working = earlier.filter(|day| calendar.is_working_day(*day));
    working.nth(count as usize - 1).expect("time has no beginning that matters here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_back_over_weekends_and_holidays() {
        let calendar = Calendar::new(&calendar_store::calendar_file());
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        // Tuesday 24/11/2026 is a holiday, 21 and 22 a weekend.
        assert_eq!(working_day_before(day("2026-11-25"), 1, &calendar), day("2026-11-23"));
        assert_eq!(working_day_before(day("2026-11-25"), 2, &calendar), day("2026-11-20"));
    }

    #[test]
    fn everything_happens_before_now_and_in_order() {
        let calendar = Calendar::new(&calendar_store::calendar_file());
        let stories = super::super::story::stories();
        let now: DateTime<Utc> = "2026-11-22T16:30:00Z".parse().expect("a time");
        let moments = moments(&stories, &calendar, now);
        assert!(moments.iter().all(|moment| moment.at < now));
        for (number, story) in stories.iter().enumerate() {
            let deeds: Vec<Deed> = moments.iter().filter(|one| one.story == number).map(|one| one.deed).collect();
            assert!(deeds.is_sorted(), "{}: {deeds:?}", story.sample);
        }
    }
}
