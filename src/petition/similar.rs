//! Petitions that may be about what somebody is writing just now; and how petitions like one that an officer reads were
//! settled.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::privacy::Personal;

use super::gist::gist;
use super::kinds::RefusalReason;
use super::reference::Reference;
use super::status::Status;

/// The newest of others that are compared.
const OF_OTHERS: i64 = 20;
/// And of the citizen's own.
const OWN: i64 = 10;

/// What somebody writes about just now.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    pub citizen_id: i64,
    pub agency_id: &'a str,
    pub topic: &'a str,
}

/// A petition to compare with.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who writes about something like it.
    pub writer_id: i64,
    pub reference: Reference,
    /// As published; of an own petition as filed.
    pub title: Personal,
    pub content: Personal,
    /// What everybody may read of the answer; none for an own petition.
    pub answer: Option<String>,
    pub agency_name: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// Published petitions of other people, handled by the agency of the draft (or sent to it) and about its matter, newest
/// first.
pub async fn published(connection: &mut PgConnection, drafts: &[Draft<'_>]) -> sqlx::Result<Vec<Candidate>> {
    let citizens: Vec<i64> = drafts.iter().map(|draft| draft.citizen_id).collect();
    let agencies: Vec<&str> = drafts.iter().map(|draft| draft.agency_id).collect();
    let topics: Vec<&str> = drafts.iter().map(|draft| draft.topic).collect();
    sqlx::query_as!(
        Candidate,
        r#"select draft.citizen_id as "writer_id!", p.reference as "reference!: Reference",
                  p.title as "title!: Personal", p.content as "content!: Personal", p.answer as "answer?",
                  agency.name as "agency_name?", p.answered_at as "answered_at?"
           from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as draft (citizen_id, agency_id, topic, nth)
           cross join lateral (
               select reference, publication.title, publication.content, publication.answer, answered_at, petition.published_at,
                      coalesce(handling_agency_id, target_agency_id) as agency_id
               from petition
               join publication on publication.petition_id = petition.petition_id and publication.is_public
               where petition.status = 'published'
                 and coalesce(handling_agency_id, target_agency_id) = draft.agency_id
                 and petition.topic = draft.topic
                 and petition.citizen_id <> draft.citizen_id
               order by petition.published_at desc
               limit $4) as p
           left join agency on agency.agency_id = p.agency_id
           order by draft.nth, p.published_at desc"#,
        &citizens,
        &agencies as &[&str],
        &topics as &[&str],
        OF_OTHERS,
    )
    .fetch_all(connection)
    .await
}

/// These citizens' own petitions that are still open, each one's newest first.
pub async fn own_open(connection: &mut PgConnection, citizens: &[i64]) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select p.citizen_id as "writer_id!", p.reference as "reference!: Reference", p.title as "title!: Personal",
                  p.content as "content!: Personal", null::text as "answer?",
                  agency.name as "agency_name?", p.answered_at as "answered_at?"
           from unnest($1::bigint[]) as asked (citizen_id)
           cross join lateral (
               select * from petition
               where petition.citizen_id = asked.citizen_id
                 and status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                                'awaiting_supplement', 'answered', 'reopened')
               order by petition_id desc
               limit $2) as p
           left join agency on agency.agency_id = coalesce(p.handling_agency_id, p.target_agency_id)
           order by p.petition_id desc"#,
        citizens,
        OWN,
    )
    .fetch_all(connection)
    .await
}

/// So many of each kind are weighed: of the place, of the topic, of the words.
const WEIGHED: i64 = 60;
/// So many with the same words are looked at.
const LOOKED_AT: i64 = 2_000;
/// So many are shown, and from this likeness on.
const SHOWN: i64 = 4;
const LIKE_LEAST: f32 = 0.15;
/// Pairs of syllables that are looked for.
const MOST_PAIRS: usize = 12;

/// A settled petition, and how it went.
#[derive(Clone, Debug)]
pub struct Settled {
    pub reference: Reference,
    pub title: Personal,
    pub status: Status,
    pub agency_name: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub answer: Option<String>,
    pub document_number: Option<String>,
    pub refusal_reason: Option<RefusalReason>,
    /// What the sender thought of it, 1 to 5.
    pub rated: Option<i16>,
    pub is_reopened: bool,
    /// From 0 to 1.
    pub likeness: f32,
}

/// Settled petitions that resemble this one, the likest first: of its place, of its topic, or with two of its telling
/// syllables side by side. Not those that complain of this officer.
pub async fn settled(
    connection: &mut PgConnection,
    petition_id: i64,
    title: &str,
    officer_id: i64,
) -> sqlx::Result<Vec<Settled>> {
    let own = sqlx::query!(
        "select gist, topic, coalesce(target_agency_id, handling_agency_id, 'HN-' || commune_code) as place
         from petition where petition_id = $1",
        petition_id,
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query_as!(
        Settled,
        r#"with candidate as (
               (select p.petition_id from petition p
                where coalesce(p.target_agency_id, p.handling_agency_id, 'HN-' || p.commune_code) = $7
                  and p.status in ('answered', 'published', 'refused')
                order by p.petition_id desc limit $3)
               union
               (select p.petition_id from petition p
                where p.topic = $8 and p.topic <> '' and p.status in ('answered', 'published', 'refused')
                order by p.petition_id desc limit $3)
               union
               -- words that stand in very many are no help: their petitions are not all looked at
               (select found.petition_id from (
                    select p.petition_id from petition p
                    where to_tsvector('simple', p.gist) @@ to_tsquery('simple', $2)
                      and p.status in ('answered', 'published', 'refused')
                    limit $10
                ) as found
                order by found.petition_id desc limit $3)
           )
           select p.reference as "reference: Reference", p.title as "title: Personal", p.status as "status: Status",
                  agency.name as "agency_name?", p.submitted_at, answer.body as "answer?",
                  answer.document_number as "document_number?", p.refusal_reason as "refusal_reason: RefusalReason",
                  survey.overall as "rated?", p.reopened_at is not null as "is_reopened!",
                  similarity(p.gist, $9) as "likeness!"
           from candidate
           join petition p on p.petition_id = candidate.petition_id
           left join agency on agency.agency_id = coalesce(p.handling_agency_id, p.target_agency_id)
           left join survey on survey.petition_id = p.petition_id
           left join lateral (
               select body, document_number from answer where answer.petition_id = p.petition_id
               order by answer_id desc limit 1
           ) answer on true
           where p.petition_id <> $1 and similarity(p.gist, $9) >= $4
             and not exists (select from petition_named_officer n
                             where n.petition_id = p.petition_id and n.officer_id = $5)
           order by similarity(p.gist, $9) desc, p.petition_id desc
           limit $6"#,
        petition_id,
        pairs(title),
        WEIGHED,
        LIKE_LEAST,
        officer_id,
        SHOWN,
        own.place,
        own.topic,
        own.gist,
        LOOKED_AT,
    )
    .fetch_all(connection)
    .await
}

/// A query for any two telling syllables that stand side by side: most Vietnamese words have two.
fn pairs(title: &str) -> String {
    let gist = gist(title);
    let syllables: Vec<&str> = gist.split(' ').filter(|syllable| syllable.is_ascii()).collect();
    let pairs = syllables.windows(2).take(MOST_PAIRS).map(|pair| format!("({} & {})", pair[0], pair[1]));
    pairs.collect::<Vec<_>>().join(" | ")
}
