//! axum's extractors, with our pages when something cannot be read.

use axum::extract::{FromRequest, FromRequestParts};

use super::Failure;

/// The fields of a posted form.
#[derive(FromRequest)]
#[from_request(via(axum::Form), rejection(Failure))]
pub struct Form<T>(pub T);

/// What stands after the `?`.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Failure))]
pub struct Query<T>(pub T);

/// What the address names.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Failure))]
pub struct Path<T>(pub T);
