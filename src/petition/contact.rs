//! Who a citizen said to be last time, offered so that nobody types the same twice.
//!
//! Nothing is copied: what is offered stands in the citizen's latest petition, which the register keeps by law. So there
//! is one place to correct and one to lock. It is offered to its owner only, masked, while they consent to processing;
//! taking it again is a consent of its own ([`Purpose::Reuse`]), and after [`forget`] nothing older is offered.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::privacy::Personal;

use super::consent::{self, Purpose};
use super::kinds::SubmitterType;

/// Name, phone and address as they were filed last.
#[derive(Clone, Debug)]
pub struct Contact {
    pub citizen_id: i64,
    pub submitter_type: SubmitterType,
    pub submitter_name: Personal,
    pub representative_name: Option<Personal>,
    pub tax_code: Option<Personal>,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    pub address_detail: Personal,
    /// E.164
    pub phone: Option<Personal>,
}

/// The citizen took the data of last time again, under the notice with this version.
pub async fn remember(
    connection: &mut PgConnection,
    citizen_id: i64,
    text_version: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    consent::give(connection, citizen_id, Purpose::Reuse, text_version, at).await
}

/// What may be offered to these citizens; nothing before the first petition, after [`forget`], and while there is no consent
/// to processing.
pub async fn known(connection: &mut PgConnection, citizens: &[i64]) -> sqlx::Result<Vec<Contact>> {
    sqlx::query_as!(
        Contact,
        r#"select p.citizen_id as "citizen_id!", p.submitter_type as "submitter_type!: SubmitterType",
                  p.submitter_name as "submitter_name!: Personal",
                  p.representative_name as "representative_name: Personal", p.tax_code as "tax_code: Personal",
                  p.province_code, p.commune_code, p.address_detail as "address_detail!: Personal",
                  p.phone as "phone: Personal"
           from citizen
           cross join lateral (
               select * from petition
               where petition.citizen_id = citizen.citizen_id
                 and submitted_at > coalesce(citizen.contact_forgotten_at, '-infinity')
               order by petition_id desc limit 1) as p
           where citizen.citizen_id = any($1)
             and exists (
                 select from consent
                 where consent.citizen_id = citizen.citizen_id and purpose = 'processing' and withdrawn_at is null)"#,
        citizens,
    )
    .fetch_all(connection)
    .await
}

/// From now on nothing that was filed so far is offered, and the consent to offering it is withdrawn.
pub async fn forget(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update citizen set contact_forgotten_at = $2 where citizen_id = $1", citizen_id, at)
        .execute(&mut *connection)
        .await?;
    consent::withdraw(connection, citizen_id, Purpose::Reuse, at).await
}
