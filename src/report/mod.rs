//! Figures: what came in, what was answered and how, for a month, agency by agency.
//!
//! It must never know: how a page looks, who looks at it.
//!
//! - A rate never stands alone: the share of answers in time goes with the shares of petitions that were refused and sent
//!   elsewhere, so that nobody looks good by turning people away (pakn-domain 7.2).
//! - Figures are of how the register stands when they are asked for: a petition that is reopened is not answered any more.

mod figures;
mod month;

pub use figures::{Figures, Line, of};
pub use month::Month;
