//! Where a petition can go from here, and to whom: what the forms offer.

use sqlx::PgConnection;

use super::doings::Doings;
use crate::casework::{self, Rules};
use crate::officer;
use crate::petition::{Petition, answer as answers};

/// What there is to choose from; empty where there is nothing to be chosen.
#[derive(Default)]
pub struct Places {
    /// Agencies of the city.
    pub agencies: Vec<(String, String)>,
    /// Those of ministries.
    pub central: Vec<(String, String)>,
    /// Who in the agency can be given it.
    pub handlers: Vec<(i64, String)>,
    /// The next transfer goes to the focal office, whatever is chosen.
    pub goes_to_office: bool,
    /// How often agencies have passed it on.
    pub transfers: i32,
}

impl Places {
    pub async fn read(
        connection: &mut PgConnection,
        rules: &Rules,
        petition: &Petition,
        doings: &Doings,
    ) -> sqlx::Result<Self> {
        let mut places = Self {
            goes_to_office: casework::goes_to_office(rules, petition),
            transfers: petition.transfer_count,
            ..Self::default()
        };
        if doings.accept || doings.transfer {
            places.agencies = officer::agencies_of_the_city(connection).await?;
        }
        if doings.transfer {
            let here = petition.handling_agency_id.as_deref();
            places.agencies.retain(|(id, _)| *id != rules.focal_agency && Some(id.as_str()) != here);
        }
        if doings.send_out {
            places.central = officer::agencies_of_ministries(connection).await?;
        }
        if doings.assign {
            places.handlers = handlers(connection, petition).await?;
        }
        Ok(places)
    }
}

/// Whom a petition names, and who answered it before, are not offered.
async fn handlers(connection: &mut PgConnection, petition: &Petition) -> sqlx::Result<Vec<(i64, String)>> {
    let Some(agency_id) = petition.handling_agency_id.as_deref() else { return Ok(Vec::new()) };
    let mut handlers = Vec::new();
    for (officer_id, name, role) in officer::who_works_in(connection, agency_id).await? {
        let is_named = petition.named.contains(&officer_id);
        if !casework::takes_work(role) || is_named {
            continue;
        }
        let has_answered =
            petition.reopened_at.is_some() && answers::was_by(connection, petition.petition_id, officer_id).await?;
        if !has_answered {
            handlers.push((officer_id, format!("{name} ({})", role.word().to_lowercase())));
        }
    }
    Ok(handlers)
}
