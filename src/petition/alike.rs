//! Which petitions may be one matter: the same place, the same days, much the same words. Found for officers, who decide.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::gist::names;
use super::kinds::Category;
use super::store::Details;
use crate::privacy::Personal;

/// What stops a counter or a system is written about within days; later it is a matter of its own.
const DAYS: TimeDelta = TimeDelta::days(3);
/// The likeness of two gists (`pg_trgm`) from which they are proposed as one matter: over the collected texts of one place
/// different ones stay below 0.41, alike ones reach 0.42 to 0.62 (`tests/it/triage/alike.rs`).
const LEAST: f32 = 0.42;
/// A gist of fewer letters is like everything.
const GIST_LEAST: usize = 15;
/// So many neighbours in place and time are compared, the latest first: a bound on the cost of filing.
const COMPARED: i64 = 50;

/// A petition that may be about the same matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    pub petition_id: i64,
    /// The petition that stands for its heap: merged by an officer, or else proposed; its own where there is none.
    pub leader_id: i64,
    /// From 0 to 1.
    pub likeness: f32,
}

/// A petition as far as it is compared.
struct Compared {
    category: Category,
    class: Option<String>,
    /// Of a petition on conduct only: whom it names.
    content: Option<Personal>,
}

/// Open petitions that may be about the same matter, the likest first.
pub async fn neighbours(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Neighbour>> {
    let own = sqlx::query!(
        r#"select coalesce(target_agency_id, handling_agency_id, 'HN-' || commune_code) as place, gist, submitted_at,
                  category as "category: Category", scope_class,
                  case when category = 'official_conduct' then content end as "content: Personal"
           from petition where petition_id = $1"#,
        petition_id,
    )
    .fetch_one(&mut *connection)
    .await?;
    let Some(place) = own.place.filter(|_| own.gist.len() >= GIST_LEAST) else { return Ok(Vec::new()) };
    let compared = Compared { category: own.category, class: own.scope_class, content: own.content };
    let near = near(connection, Some(petition_id), &place, &own.gist, own.submitted_at).await?;
    Ok(near.into_iter().filter(|(_, other)| may_be_one(&compared, other)).map(|(neighbour, _)| neighbour).collect())
}

async fn near(
    connection: &mut PgConnection,
    own: Option<i64>,
    place: &str,
    gist: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<(Neighbour, Compared)>> {
    let rows = sqlx::query!(
        r#"select petition_id, leader_id as "leader_id!", likeness as "likeness!", category as "category: Category",
                  scope_class,
                  case when category = 'official_conduct' then content end as "content: Personal"
           from (
               select petition_id, coalesce(heap_id, alike_id, petition_id) as leader_id,
                      similarity(gist, $3) as likeness, category, scope_class, content
               from petition
               where coalesce(target_agency_id, handling_agency_id, 'HN-' || commune_code) = $2
                 and status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                                'awaiting_supplement', 'reopened')
                 and submitted_at between $4 and $5
                 and petition_id is distinct from $1
               order by submitted_at desc
               limit $6
           ) as near
           where likeness >= $7
           order by likeness desc, petition_id"#,
        own,
        place,
        gist,
        at - DAYS,
        at + DAYS,
        COMPARED,
        LEAST,
    )
    .map(|row| {
        let neighbour = Neighbour { petition_id: row.petition_id, leader_id: row.leader_id, likeness: row.likeness };
        (neighbour, Compared { category: row.category, class: row.scope_class, content: row.content })
    })
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Which petition one that is about to be entered resembles, read as of this class; none when it is the first of its kind.
pub async fn leader(
    connection: &mut PgConnection,
    details: &Details,
    class: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<i64>> {
    let gist = details.gist();
    let commune = details.commune_code.as_ref().map(|code| format!("HN-{code}"));
    let place = details.target_agency_id.clone().or(commune);
    let Some(place) = place.filter(|_| gist.len() >= GIST_LEAST) else { return Ok(None) };
    let category = details.category;
    let content = Some(details.content.clone()).filter(|_| category == Category::OfficialConduct);
    let compared = Compared { category, class: Some(class.to_owned()), content };
    let near = near(connection, None, &place, &gist, at).await?;
    Ok(near.into_iter().find(|(_, other)| may_be_one(&compared, other)).map(|(likest, _)| likest.leader_id))
}

/// Besides the likeness of their words. A complaint or a denunciation is one person's (Luật Khiếu nại, Luật Tố cáo); what two
/// people say of two officials is not one matter.
fn may_be_one(one: &Compared, other: &Compared) -> bool {
    let is_personal =
        |compared: &Compared| matches!(compared.class.as_deref(), Some("khieu_nai" | "to_cao" | "private_dispute"));
    one.category == other.category && !is_personal(one) && !is_personal(other) && named(one) == named(other)
}

fn named(compared: &Compared) -> HashSet<String> {
    compared.content.as_ref().map(|content| names(content.reveal())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(category: Category, class: &str, content: Option<&str>) -> Compared {
        Compared { category, class: Some(class.to_owned()), content: content.map(Personal::new) }
    }

    #[test]
    fn a_complaint_is_one_persons() {
        let procedure = |class| compared(Category::RegulationPolicyProcedure, class, None);
        let late = procedure("procedure");
        assert!(may_be_one(&late, &procedure("unclear")));
        assert!(!may_be_one(&late, &procedure("khieu_nai")));
        assert!(!may_be_one(&procedure("to_cao"), &late));
    }

    #[test]
    fn two_officials_are_two_matters() {
        let conduct = |content| compared(Category::OfficialConduct, "conduct", Some(content));
        let hoa = conduct("chị Hoa ở quầy 2 quát tôi");
        assert!(may_be_one(&hoa, &conduct("bị chị Hoa quầy 2 quát mắng")));
        assert!(!may_be_one(&hoa, &conduct("anh Minh ở quầy 2 quát tôi")));
        assert!(!may_be_one(&hoa, &conduct("chị ở quầy 2 quát tôi")));
        assert!(!may_be_one(&hoa, &compared(Category::RegulationPolicyProcedure, "conduct", None)));
    }
}
