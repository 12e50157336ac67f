//! A citizen's rights over their data (Law 91/2025/QH15): what is held is shown, corrected, erased, consent withdrawn.
//!
//! - What need not be kept goes at once: the draft (with the dialog's session), contact data to be used again.
//! - What the register must keep (Decree 20/2008/NĐ-CP, art. 9 and 20) is locked at once: only the focal office opens it,
//!   and each look is a line in the history. Officers confirm it within the time the law gives.
//! - The chat log, in which a draft was typed, proves what was asked, agreed to and answered, so it is kept until its
//!   retention ends; but what stands in it from before the erasing is shown to nobody, and no session is made of it: the
//!   erasing is an event itself. The citizen is told so.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::clock::{hanoi, say_date, say_hour, say_near_deadline};
use crate::gazetteer;
use crate::outbox;
use crate::petition::at_hand::{self, AtHand};
use crate::petition::calendar_store::working_time;
use crate::petition::consent::{self, Purpose};
use crate::petition::data_request::{self, NewRequest, RequestKind};
use crate::petition::talk::Talk;
use crate::petition::{NoDeadline, Reference, contact, rights};
use crate::privacy::{Personal, mask_phone};

use super::{CaseError, Rules};

/// A request about data is answered within so many working days (Decree 356/2025/NĐ-CP).
const ANSWERED_IN: u32 = 2;
/// An officer makes sure within so many that nothing is public any more (voice.md T18).
const TAKEN_DOWN_IN: u32 = 1;
/// What the dialog calls the withdrawal of everything.
const EVERYTHING: &str = "all";

/// What is held about a citizen, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// «Trần Văn Bình, 0901***567, phường Cửa Nam»
    pub person: Option<Personal>,
    pub petitions: u32,
    /// The purposes of the consents that stand, each with its day.
    pub consents: Vec<(String, String)>,
    /// Short references of what may be published.
    pub published: Vec<String>,
    /// The version of the notice to which the citizen agreed last and still does.
    pub consent_version: Option<String>,
}

/// When a request was written down and when it is answered at the latest, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// «9h40 18/11»
    pub requested: String,
    /// «17h thứ Sáu 20/11»
    pub due: String,
}

/// What is held about citizens, and the office's latest talk with each, by citizen.
pub type Holdings = HashMap<i64, (Held, Option<Talk>)>;

/// What there is of these citizens; what is locked is not said.
pub async fn held(connection: &mut PgConnection, citizens: &[i64]) -> Result<Holdings, CaseError> {
    let all = at_hand::of(connection, citizens).await?.into_iter();
    Ok(all
        .map(|one| {
            let talk = one.talk;
            (one.citizen_id, (in_words(one), talk))
        })
        .collect())
}

fn in_words(holding: AtHand) -> Held {
    let commune = holding.commune_code.as_deref().and_then(gazetteer::commune).map(|commune| commune.said.clone());
    let phone = holding.phone.map(|phone| mask_phone(phone.reveal()));
    let consents = holding.consents.iter();
    let version = consents.clone().find(|consent| consent.purpose == Purpose::Processing);
    let person = holding.name.map(|name| {
        let parts = [Some(name.reveal().to_owned()), phone, commune];
        Personal::new(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    });
    let short = |reference: &String| reference.parse::<Reference>().map(|reference| reference.short()).ok();
    Held {
        person,
        petitions: u32::try_from(holding.petitions).unwrap_or(u32::MAX),
        published: holding.publishable.iter().filter_map(short).collect(),
        consent_version: version.map(|consent| consent.text_version.clone()),
        consents: consents.map(|consent| (consent.purpose.name().to_owned(), say_date(consent.given_at))).collect(),
    }
}

/// Erases what need not be kept and locks what must be; officers confirm it.
pub async fn erase(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    at: DateTime<Utc>,
) -> Result<Noted, CaseError> {
    contact::forget(connection, citizen_id, at).await?;
    rights::lock_contact(connection, citizen_id, at).await?;
    outbox::forget_fallbacks(connection, citizen_id).await?;
    request(rules, connection, citizen_id, RequestKind::Erase, Personal::default(), at).await
}

/// Something that is held is wrong: officers correct the register, and nothing of it is offered again meanwhile.
pub async fn correct(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    words: Personal,
    at: DateTime<Utc>,
) -> Result<Noted, CaseError> {
    contact::forget(connection, citizen_id, at).await?;
    request(rules, connection, citizen_id, RequestKind::Correct, words, at).await
}

/// Withdraws a consent, or with `all` every one. What was public is not shown any more from this moment.
pub async fn withdraw_consent(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    purpose: &str,
    at: DateTime<Utc>,
) -> Result<Noted, CaseError> {
    let purposes = match purpose.parse::<Purpose>() {
        Ok(purpose) => vec![purpose],
        Err(_) if purpose == EVERYTHING => Purpose::ALL.to_vec(),
        Err(_) => return Err(CaseError::invalid("purpose", "Không có mục đích này.")),
    };
    let version = consent::version(connection, citizen_id, Purpose::Processing).await?.unwrap_or_default();
    for purpose in &purposes {
        consent::object(connection, citizen_id, *purpose, &version, at).await?;
    }
    if purposes.contains(&Purpose::Reuse) {
        contact::forget(connection, citizen_id, at).await?;
    }
    if purposes.contains(&Purpose::Messages) {
        outbox::withhold_notices(connection, citizen_id).await?;
    }
    if purposes.contains(&Purpose::Publication) {
        let references = rights::unpublish(connection, citizen_id, at).await?;
        let references: Vec<String> = references.iter().map(ToString::to_string).collect();
        if !references.is_empty() {
            let about = Personal::new(references.join(", "));
            return request(rules, connection, citizen_id, RequestKind::Unpublish, about, at).await;
        }
    }
    noted(rules, connection, TAKEN_DOWN_IN, at).await.map(|(noted, _)| noted)
}

/// Gives again what was withdrawn.
pub async fn consent_again(
    connection: &mut PgConnection,
    citizen_id: i64,
    purpose: &str,
    text_version: &str,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    let purpose = purpose.parse::<Purpose>().map_err(|_| CaseError::invalid("purpose", "Không có mục đích này."))?;
    Ok(consent::give(connection, citizen_id, purpose, text_version, at).await?)
}

/// Zalo told us that somebody had their data removed, and we do not find who it is.
pub async fn removed_by_zalo(
    rules: &Rules,
    connection: &mut PgConnection,
    user_id_by_app: &str,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    let (_, due_at) = noted(rules, connection, ANSWERED_IN, at).await?;
    let about = Personal::new(user_id_by_app);
    let kind = RequestKind::Erase;
    Ok(data_request::insert(connection, &NewRequest { citizen_id: None, kind, about, requested_at: at, due_at })
        .await?)
}

async fn request(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    kind: RequestKind,
    about: Personal,
    at: DateTime<Utc>,
) -> Result<Noted, CaseError> {
    let days = if kind == RequestKind::Unpublish { TAKEN_DOWN_IN } else { ANSWERED_IN };
    let (noted, due_at) = noted(rules, connection, days, at).await?;
    let request = NewRequest { citizen_id: Some(citizen_id), kind, about, requested_at: at, due_at };
    data_request::insert(connection, &request).await?;
    Ok(noted)
}

async fn noted(
    rules: &Rules,
    connection: &mut PgConnection,
    days: u32,
    at: DateTime<Utc>,
) -> Result<(Noted, DateTime<Utc>), CaseError> {
    let time = working_time(connection, &rules.office_hours).await?;
    let due_at = time.after_days(at, days).map_err(NoDeadline::from)?;
    let day = hanoi(at).format("%-d/%-m");
    Ok((Noted { requested: format!("{} {day}", say_hour(at)), due: say_near_deadline(due_at) }, due_at))
}
