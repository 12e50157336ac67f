//! What the register has of a citizen, at one glance: asked with every turn, for all its citizens at once.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::consent::Purpose;
use super::talk::Talk;
use crate::privacy::Personal;

/// What is there of one citizen.
#[derive(Clone, Debug)]
pub struct AtHand {
    pub citizen_id: i64,
    /// The office's latest talk with them.
    pub talk: Option<Talk>,
    pub petitions: i64,
    /// Whom the latest petition names that is not locked.
    pub name: Option<Personal>,
    /// E.164
    pub phone: Option<Personal>,
    pub commune_code: Option<String>,
    /// References of the petitions that may be published, the newest first.
    pub publishable: Vec<String>,
    /// Every consent that stands, in the order in which they were first given.
    pub consents: Vec<Standing>,
}

/// A consent to one purpose that stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub purpose: Purpose,
    /// When it was given last.
    pub given_at: DateTime<Utc>,
    /// To which version of the text.
    pub text_version: String,
}

/// What is there of these citizens.
pub async fn of(connection: &mut PgConnection, citizens: &[i64]) -> sqlx::Result<Vec<AtHand>> {
    let rows = sqlx::query!(
        r#"select asked.citizen_id as "citizen_id!", talk.citizen_id is not null as "has_talk!",
                  talk.wrote_at as "wrote_at?", talk.ended_at as "ended_at?",
                  own.petitions as "petitions!", own.name as "name: Personal", own.phone as "phone: Personal",
                  own.commune_code, own.publishable as "publishable!",
                  given.purposes as "purposes!: Vec<Purpose>", given.given_at as "given_at!", given.versions as "versions!"
           from unnest($1::bigint[]) as asked (citizen_id)
           left join officer_talk talk on talk.citizen_id = asked.citizen_id
           cross join lateral (
               select count(*) as petitions,
                      coalesce(array_agg(reference order by petition_id desc) filter (where publish_consent), '{}')
                          as publishable,
                      (array_agg(submitter_name order by petition_id desc) filter (where contact_locked_at is null))[1]
                          as name,
                      (array_agg(phone order by petition_id desc) filter (where contact_locked_at is null))[1] as phone,
                      (array_agg(commune_code order by petition_id desc) filter (where contact_locked_at is null))[1]
                          as commune_code
               from petition where petition.citizen_id = asked.citizen_id
           ) as own
           cross join lateral (
               select coalesce(array_agg(purpose order by first), '{}') as purposes,
                      coalesce(array_agg(last_at order by first), '{}') as given_at,
                      coalesce(array_agg(version order by first), '{}') as versions
               from (
                   select purpose, min(consent_id) as first, max(given_at) as last_at,
                          (array_agg(text_version order by consent_id desc))[1] as version
                   from consent
                   where consent.citizen_id = asked.citizen_id and withdrawn_at is null
                   group by purpose
               ) as standing
           ) as given"#,
        citizens,
    )
    .fetch_all(connection)
    .await?;
    let at_hand = rows.into_iter().map(|row| {
        let given = row.purposes.into_iter().zip(row.given_at).zip(row.versions);
        let standing = given.map(|((purpose, given_at), text_version)| Standing { purpose, given_at, text_version });
        AtHand {
            citizen_id: row.citizen_id,
            talk: row.has_talk.then_some(Talk { wrote_at: row.wrote_at, ended_at: row.ended_at }),
            petitions: row.petitions,
            name: row.name,
            phone: row.phone,
            commune_code: row.commune_code,
            publishable: row.publishable,
            consents: standing.collect(),
        }
    });
    Ok(at_hand.collect())
}
