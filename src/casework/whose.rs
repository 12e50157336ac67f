//! Whose a matter is, as far as a text tells: a proposal, an officer decides.

use sqlx::PgConnection;

use crate::gazetteer::{self, Agency, FoundAgency, Level};
use crate::officer;
use crate::petition::{Petition, store};
use crate::scope::{self, Class};

use super::CaseError;

/// An agency that is proposed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub agency_id: String,
    pub name: String,
    /// Answers to a ministry: the city cannot give it work, only send it there.
    pub is_central: bool,
    pub because: Because,
}

/// What a proposal rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The sender named it.
    Named,
    /// The matter, or a name in the text, points to it.
    Told,
    /// The sender lives there.
    Lives,
}

/// What else an officer should know of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Besides {
    /// Another matter in it that belongs elsewhere: a name of `scope::Class`.
    pub class: Option<&'static str>,
    /// It speaks of a danger.
    pub is_emergency: bool,
    /// It tells the machine what to do.
    pub orders_machine: bool,
}

/// The agency that the matter and the names in a text point to; none is better than a wrong one.
pub fn competent_agency(text: &str, reading: &scope::Reading) -> Option<&'static str> {
    match reading.class {
        Class::KhieuNai | Class::ToCao => return reading.competent,
        Class::Procedure | Class::Conduct | Class::OutsideCity => {}
        _ => return None,
    }
    let named = match gazetteer::agency(text) {
        FoundAgency::One(agency) => vec![agency],
        FoundAgency::Several(agencies) => agencies,
        FoundAgency::Nothing => Vec::new(),
    };
    let commune = named.iter().find(|agency| agency.level == Level::Commune).map(|agency| agency.code.as_str());
    match reading.competent {
        Some(_) if reading.yields_to_commune && commune.is_some() => commune,
        Some(competent) => Some(named_instead(&named, competent).unwrap_or(competent)),
        // Of the successors of a divided ward, the main one.
        None => named.first().map(|agency| agency.code.as_str()),
    }
}

/// A specialised agency that is named first wins over the one that the matter usually is with.
fn named_instead(named: &[&'static Agency], competent: &str) -> Option<&'static str> {
    let first = named.iter().find(|agency| agency.level != Level::Commune)?;
    let is_named = named.iter().any(|agency| agency.code == competent);
    (!is_named && first.level == Level::Department).then_some(first.code.as_str())
}

/// Where a petition could go: to the agency that its sender named, else to whom the text points, else to the commune where
/// the sender lives, since most procedures are done there.
pub async fn proposed_agency(
    connection: &mut PgConnection,
    petition: &Petition,
) -> Result<Option<Proposal>, CaseError> {
    let details = &petition.details;
    let text = details.content.reveal();
    let reading = scope::read(text);
    let told = competent_agency(text, &reading).map(str::to_owned);
    let is_of_the_commune = matches!(reading.class, Class::Procedure | Class::Conduct | Class::Unclear);
    let lives = details.commune_code.as_ref().filter(|_| is_of_the_commune).map(|code| format!("HN-{code}"));
    let tries = [(details.target_agency_id.clone(), Because::Named), (told, Because::Told), (lives, Because::Lives)];
    for (agency_id, because) in tries {
        let Some(agency_id) = agency_id else { continue };
        // whoever took over its work, where it has closed
        let agency_id = officer::successor(connection, &agency_id).await?.map_or(agency_id, |(successor, _)| successor);
        if let Some((name, level)) = store::agency(connection, &agency_id).await? {
            return Ok(Some(Proposal { agency_id, name, is_central: level == "central_vertical", because }));
        }
    }
    Ok(None)
}

/// What else stands in the text of a petition.
pub fn besides(petition: &Petition) -> Besides {
    let reading = scope::read(petition.details.content.reveal());
    Besides {
        class: reading.besides.map(Class::name),
        is_emergency: reading.emergency.is_some(),
        orders_machine: reading.orders_machine,
    }
}
