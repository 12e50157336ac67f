//! A petition by its reference: details for its sender, the public part for everybody else.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::{Petition, Reference, Status, answer as answers, store};
use crate::privacy::Personal;

use super::known::detail;
use super::notices::lines;
use super::{CaseError, Rules};

/// What can be said about a petition to a citizen who names its reference, perhaps with the phone number that was given
/// with it. Whether the reference exists, or belongs to somebody else, or the number is wrong: the answer is the same.
pub async fn lookup(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    reference: &str,
    phone: Option<&Personal>,
    at: DateTime<Utc>,
) -> Result<String, CaseError> {
    let notices = &rules.notices;
    let Ok(reference) = reference.parse::<Reference>() else {
        return Ok(notices.say(&lines::NOT_A_REFERENCE, &[]));
    };
    let petition = store::find(connection, &reference).await?;
    if let Some(petition) = &petition
        && (petition.citizen_id == citizen_id || is_phone_of(petition, phone))
    {
        return detail(rules, connection, petition, at).await;
    }
    if phone.is_some() {
        return Ok(notices.say(&lines::NO_MATCH, &[]));
    }
    let is_public = match &petition {
        Some(petition) => is_public(connection, petition).await?,
        None => false,
    };
    Ok(match is_public {
        true => notices.say(&lines::PUBLIC_PART, &[("url", &rules.result_url(&reference))]),
        false => notices.say(&lines::NOT_YOURS, &[]),
    })
}

async fn is_public(connection: &mut PgConnection, petition: &Petition) -> Result<bool, CaseError> {
    let publication = answers::publication(connection, petition.petition_id).await?;
    Ok(petition.status == Status::Published && publication.is_some_and(|publication| publication.is_public))
}

fn is_phone_of(petition: &Petition, phone: Option<&Personal>) -> bool {
    match (&petition.details.phone, phone) {
        (Some(theirs), Some(given)) => {
            let theirs = national(theirs.reveal());
            theirs.len() >= 8 && theirs == national(given.reveal())
        }
        _ => false,
    }
}

/// The digits after the 0 or +84, so that `0912 345 678` and `+84912345678` are one number.
fn national(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    let digits = if digits.len() > 10 { digits.strip_prefix("84").unwrap_or(digits) } else { digits };
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_the_same_in_every_way_of_writing_it() {
        for typed in ["0912 345 678", "+84912345678", "84912345678", "0084 912.345.678", "912345678"] {
            assert_eq!(national(typed), "912345678", "{typed}");
        }
        assert_eq!(national("024 3900 0000"), national("+842439000000"));
        assert_eq!(national("0841 234 567"), "841234567");
    }
}
