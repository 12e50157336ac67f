//! What can be chosen in the form above the list.

use sqlx::PgConnection;

use super::asked::Asked;
use crate::http::Failure;
use crate::officer::{self, Officer, Role};
use crate::petition::queue::Near;
use crate::petition::{Field, Source, Status};

/// One entry of a select.
pub struct Choice {
    pub value: String,
    pub word: String,
    pub is_chosen: bool,
}

#[derive(Default)]
pub struct Choices {
    /// Empty where an officer sees one agency's petitions anyhow.
    pub agencies: Vec<Choice>,
    pub fields: Vec<Choice>,
    pub statuses: Vec<Choice>,
    pub dues: Vec<Choice>,
    pub sources: Vec<Choice>,
    /// Of the officer's own agency, or of the one that is chosen.
    pub handlers: Vec<Choice>,
}

impl Choices {
    pub async fn read(connection: &mut PgConnection, officer: &Officer, asked: &Asked) -> Result<Self, Failure> {
        let is_of_all = matches!(officer.role, Role::FocalOffice | Role::Oversight);
        let agencies = if is_of_all { officer::agencies_of_the_city(connection).await? } else { Vec::new() };
        Ok(Self {
            agencies: agencies.into_iter().map(|(id, name)| choice(id, name, &asked.agency)).collect(),
            fields: Field::ALL.iter().map(|field| choice(field.name(), field.word(), &asked.field)).collect(),
            statuses: Status::ALL.iter().map(|status| choice(status.name(), status.word(), &asked.status)).collect(),
            dues: Near::ALL.iter().map(|near| choice(near.name(), near.word(), &asked.due)).collect(),
            sources: Source::ALL.iter().map(|source| choice(source.name(), source.word(), &asked.source)).collect(),
            handlers: handlers(connection, officer, asked).await?,
        })
    }
}

async fn handlers(connection: &mut PgConnection, officer: &Officer, asked: &Asked) -> Result<Vec<Choice>, Failure> {
    let agency_id = match officer.role {
        // who only sees what is theirs chooses nobody; oversight need not know who works
        Role::Handler | Role::Oversight => return Ok(Vec::new()),
        Role::FocalOffice if !asked.agency.is_empty() => asked.agency.as_str(),
        Role::FocalOffice | Role::AgencyFocal | Role::Leader => officer.agency_id.as_str(),
    };
    let colleagues = officer::colleagues(connection, &[agency_id]).await?;
    let handler = |one: officer::Colleague| choice(one.officer_id.to_string(), one.name, &asked.handler);
    Ok(colleagues.into_iter().map(handler).collect())
}

fn choice(value: impl Into<String>, word: impl Into<String>, chosen: &str) -> Choice {
    let value = value.into();
    Choice { is_chosen: value == chosen, word: word.into(), value }
}
