//! A form that may bring files along.

use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;

use super::super::AdminState;
use crate::http::Failure;

/// What was posted. Files that are larger than the limit are let go while they come in; only their names are kept.
#[derive(Default)]
pub struct Posted {
    fields: Vec<(String, String)>,
    pub files: Vec<(String, Bytes)>,
    pub too_large: Vec<String>,
}

impl Posted {
    /// The first field of this name; empty where there is none.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Every field of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.fields.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A number; 0 where there is none.
    pub fn number(&self, name: &str) -> i64 {
        self.field(name).parse().unwrap_or_default()
    }

    async fn take(&mut self, mut field: Field<'_>, limit: usize) -> Result<(), Failure> {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            self.fields.push((name, field.text().await.map_err(unreadable)?));
            return Ok(());
        };
        let (mut bytes, mut size) = (Vec::new(), 0_usize);
        while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
            size += chunk.len();
            if size <= limit {
                bytes.extend_from_slice(&chunk);
            } else {
                bytes = Vec::new();
            }
        }
        match size {
            // a field in which nothing was chosen
            0 if file_name.is_empty() => {}
            size if size > limit => self.too_large.push(file_name),
            _ => self.files.push((file_name, bytes.into())),
        }
        Ok(())
    }
}

impl FromRequest<AdminState> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AdminState) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let axum::Form(fields) = axum::Form::from_request(request, state).await?;
            return Ok(Self { fields, ..Self::default() });
        }
        let mut multipart = Multipart::from_request(request, state).await.map_err(unreadable)?;
        let mut posted = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
            posted.take(field, state.intake.limit).await?;
        }
        Ok(posted)
    }
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::Unreadable(error.to_string())
}
