//! Contact data of last time, by the names of the form's answers.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::contact::{self, Contact};
use crate::privacy::Personal;

use super::CaseError;

/// Who these citizens said to be last time, as answers of pakn-domain 3.2, by citizen; none of those whose data may not be
/// offered.
pub async fn known_contacts(
    connection: &mut PgConnection,
    citizens: &[i64],
) -> Result<HashMap<i64, BTreeMap<String, Personal>>, CaseError> {
    let known = contact::known(connection, citizens).await?;
    Ok(known.into_iter().map(|contact| (contact.citizen_id, answers(contact))).collect())
}

fn answers(known: Contact) -> BTreeMap<String, Personal> {
    let Contact { submitter_type, submitter_name, representative_name, tax_code, address_detail, phone, .. } = known;
    let answers = [
        ("submitter_type", Some(submitter_type.name().into())),
        ("submitter_name", Some(submitter_name)),
        ("representative_name", representative_name),
        ("tax_code", tax_code),
        ("province_code", known.province_code.map(Personal::new)),
        ("commune_code", known.commune_code.map(Personal::new)),
        ("address_detail", Some(address_detail)),
        ("phone", phone),
    ];
    let given = answers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

/// The citizen took the data of last time again, which is their consent to it.
pub async fn record_reuse(
    connection: &mut PgConnection,
    citizen_id: i64,
    notice_version: &str,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    Ok(contact::remember(connection, citizen_id, notice_version, at).await?)
}
