//! One petition in a list.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Knows;
use crate::petition::{Category, Field, Kind, Source, Status, SubmitterType};
use crate::privacy::Personal;
use crate::privacy::mask::{Masks, Sender};

/// One petition in a list, on a page or in a file.
#[derive(Clone, Debug)]
pub struct Line {
    pub petition_id: i64,
    pub reference: String,
    pub national_code: Option<String>,
    title: Personal,
    pub status: Status,
    pub submitter_type: SubmitterType,
    pub category: Category,
    pub kind: Kind,
    pub field: Field,
    pub source: Source,
    /// What the machine took it for when it was filed.
    pub scope_class: Option<String>,
    pub is_urgent: bool,
    pub transfer_count: i32,
    /// The sender asked to stay unnamed, or had their data erased.
    pub is_hidden: bool,
    /// Of the sender's commune: «UBND phường Láng»; none outside the city.
    pub commune_agency: Option<String>,
    /// Whom it is about.
    pub target_agency: Option<String>,
    /// What the citizen called the agency, where it is not in our list.
    pub target_agency_text: Option<String>,
    pub handling_agency: Option<String>,
    pub handler: Option<String>,
    /// A drafted answer waits for a second person.
    pub is_to_approve: bool,
    /// How many petitions an officer put under this one.
    pub merged: i64,
    /// How many the machine thinks alike and that go the same way.
    pub alike: i64,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub published_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Since when the clock stands still.
    pub awaiting_since: Option<DateTime<Utc>>,
    /// When the step it is in has to be done; none while the clock stands still and at the end.
    pub due_at: Option<DateTime<Utc>>,
    submitter_name: Personal,
    representative_name: Option<Personal>,
    tax_code: Option<Personal>,
    address_detail: Personal,
}

impl Line {
    /// The title, for somebody who may know these senders; else without what gives this one away.
    pub fn title_for(&self, knows: Knows) -> String {
        let is_known = match knows {
            Knows::Everybody => self.status != Status::Withdrawn,
            Knows::TheNamed => self.status != Status::Withdrawn && !self.is_hidden,
            Knows::Nobody => false,
        };
        if is_known { self.title.reveal().to_owned() } else { self.masked_title() }
    }

    /// The title without what gives the sender away.
    pub fn masked_title(&self) -> String {
        let masks = Masks::of(&Sender {
            name: self.submitter_name.reveal(),
            is_organisation: self.submitter_type != SubmitterType::Individual,
            representative: self.representative_name.as_ref().map(Personal::reveal),
            tax_code: self.tax_code.as_ref().map(Personal::reveal),
            address: self.address_detail.reveal(),
        });
        masks.hide(self.title.reveal())
    }

    /// Who handles it, or else whom it is about.
    pub fn agency(&self) -> Option<&str> {
        self.handling_agency.as_deref().or(self.target_agency.as_deref()).or(self.target_agency_text.as_deref())
    }
}

/// These petitions as lines, in the order of `ids`.
pub async fn lines(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query_as!(
        Line,
        r#"select -- the plan puts the petition on the other side of these joins, so nothing is known to be there
                petition.petition_id as "petition_id!", petition.reference as "reference!", petition.national_code,
                petition.title as "title!: Personal", petition.status as "status!: Status",
                petition.submitter_type as "submitter_type!: SubmitterType", petition.category as "category!: Category",
                petition.kind as "kind!: Kind", petition.field as "field!: Field", petition.source as "source!: Source",
                petition.scope_class, petition.is_urgent as "is_urgent!",
                petition.transfer_count as "transfer_count!",
                petition.identity_confidential or petition.contact_locked_at is not null as "is_hidden!",
                commune.name as "commune_agency?", target.name as "target_agency?", petition.target_agency_text,
                handling.name as "handling_agency?", handler.name as "handler?",
                petition.approval_asked_at is not null as "is_to_approve!",
                (select count(*) from petition as member where member.heap_id = petition.petition_id) as "merged!",
                (select count(*) from petition as member
                 where member.alike_id = petition.petition_id and member.heap_id is null
                   and member.status = petition.status
                   and member.handling_agency_id is not distinct from petition.handling_agency_id
                   and member.handler_id is not distinct from petition.handler_id) as "alike!",
                petition.submitted_at as "submitted_at!", petition.accepted_at, petition.answered_at, petition.published_at,
                petition.closed_at, petition.awaiting_since, petition.due_at,
                petition.submitter_name as "submitter_name!: Personal",
                petition.representative_name as "representative_name: Personal",
                petition.tax_code as "tax_code: Personal", petition.address_detail as "address_detail!: Personal"
         from petition
         left join agency commune on commune.agency_id = 'HN-' || petition.commune_code
         left join agency target on target.agency_id = petition.target_agency_id
         left join agency handling on handling.agency_id = petition.handling_agency_id
         left join officer handler on handler.officer_id = petition.handler_id
         where petition.petition_id = any($1)"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    let mut lines: HashMap<i64, Line> = rows.into_iter().map(|line| (line.petition_id, line)).collect();
    Ok(ids.iter().filter_map(|id| lines.remove(id)).collect())
}
