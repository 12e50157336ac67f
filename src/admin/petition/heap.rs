//! The heap a petition belongs to: who else says the same, and what they said since.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::super::words::{self, status_class};
use super::moves::{failure, hand};
use super::sender::Veil;
use super::{address, find, may_on};
use crate::casework::{self, CaseError};
use crate::http::{Failure, Form, Path};
use crate::officer::Right;
use crate::petition::heap::{self, Kin};
use crate::petition::{Petition, follow_up, store};

/// The heap, as the page of its leader or of one that follows shows it.
pub struct HeapPanel {
    /// On a follower's page: the one it follows.
    pub leader: Option<Follower>,
    /// On the leader's page: those that follow it.
    pub followers: Vec<Follower>,
    pub senders: usize,
    pub may_separate: bool,
    /// This petition, for the form that takes it out.
    pub reference: String,
    pub version: i32,
}

/// A petition of the heap.
pub struct Follower {
    pub reference: String,
    pub version: i32,
    pub title: String,
    pub status: &'static str,
    pub status_class: &'static str,
    pub when: String,
    /// What its sender said since: when, and the words.
    pub told: Vec<(String, String)>,
}

/// The panel of a petition that belongs to a heap, as far as this officer sees the others.
pub async fn panel(
    connection: &mut PgConnection,
    visit: &Visit,
    petition: &Petition,
) -> sqlx::Result<Option<HeapPanel>> {
    let leader = match petition.heap_id {
        Some(leader_id) => heap::kin(connection, &[leader_id]).await?.pop(),
        None => None,
    };
    let members = heap::members(connection, petition.petition_id).await?;
    if leader.is_none() && members.is_empty() {
        return Ok(None);
    }
    let mut followers = Vec::new();
    for kin in &members {
        followers.extend(follower(connection, visit, kin).await?);
    }
    Ok(Some(HeapPanel {
        leader: match &leader {
            Some(leader) => follower(connection, visit, leader).await?,
            None => None,
        },
        followers,
        senders: members.len() + 1,
        may_separate: may_on(visit, Right::Triage, petition),
        reference: petition.reference.to_string(),
        version: petition.version,
    }))
}

/// One of them; each sender is protected as on the page of their own petition.
async fn follower(connection: &mut PgConnection, visit: &Visit, kin: &Kin) -> sqlx::Result<Option<Follower>> {
    let petition = store::find(connection, &kin.reference).await?;
    let Some(petition) = petition.filter(|petition| may_on(visit, Right::See, petition)) else { return Ok(None) };
    let veil = Veil::of(visit, &petition, false);
    let told = follow_up::of(connection, kin.petition_id).await?;
    let told = told.iter().filter(|told| !told.words.is_empty());
    Ok(Some(Follower {
        reference: kin.reference.to_string(),
        version: kin.version,
        title: veil.words(kin.title.reveal()),
        status: kin.status.word(),
        status_class: status_class(kin.status),
        when: words::moment(kin.submitted_at),
        told: told.map(|told| (words::moment(told.at), veil.words(told.words.reveal()))).collect(),
    }))
}

#[derive(Deserialize)]
pub(in super::super) struct Separation {
    version: i32,
}

/// Takes a petition out of its heap.
pub(in super::super) async fn separate(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<Separation>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Triage).await?;
    let reference = petition.reference.to_string();
    let flash = match casework::separate(&mut transaction, hand(&reference, form.version, &visit)).await {
        Ok(()) => Flash::done(format!("Đã tách {}.", petition.reference.short()), "Từ giờ giải quyết riêng."),
        Err(CaseError::Stale | CaseError::NotAllowed { .. }) => Flash {
            class: "is-soon".to_owned(),
            ..Flash::done("Chưa tách.", "Phản ánh vừa thay đổi hoặc đã tách rồi; Ông/Bà xem lại trang này.")
        },
        Err(other) => return Err(failure(other)),
    };
    transaction.commit().await?;
    visit.go_on(&address(&petition.reference), flash).await
}
