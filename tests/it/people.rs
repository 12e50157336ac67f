//! Accounts and agencies as the focal office keeps them; what everybody keeps of their own; how people get in.

mod accounts;
mod agencies;
mod factor;
mod provider;
mod sessions;
mod single_sign_on;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sqlx::PgPool;
use zalo_petitions::officer::second_factor::Authenticator;

use crate::visitor::{Office, PASSWORD, Page, Visitor};

/// Signs in as far as one gets with a password.
async fn sign_in(visitor: &mut Visitor, login: &str, password: &str) -> Page {
    visitor.post("/admin/login", &[("login", login), ("password", password)]).await
}

/// The id of an officer.
async fn id_of(pool: &PgPool, login: &str) -> i64 {
    sqlx::query_scalar("select officer_id from officer where login = $1")
        .bind(login)
        .fetch_one(pool)
        .await
        .expect("an officer")
}

/// The acts on one account or agency, in order; refused sign-ins are noted beside the answer, some time.
async fn acts(pool: &PgPool, subject: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select act from audit_entry where subject = $1 and act <> 'sign_in_refused' order by audit_entry_id",
    )
    .bind(subject)
    .fetch_all(pool)
    .await
    .expect("acts")
}

/// What stands between the first `<code>` and its end.
fn coded(page: &Page) -> String {
    codes(page).into_iter().next().unwrap_or_else(|| panic!("nothing to copy: {}", page.html))
}

fn codes(page: &Page) -> Vec<String> {
    let parts = page.html.split("<code>").skip(1);
    parts.filter_map(|part| Some(part.split_once("</code>")?.0.to_owned())).collect()
}

/// A phone with an authenticator on it.
struct Phone(SecretString, String);

impl Phone {
    /// Reads what the page shows.
    fn scans(page: &Page, login: &str) -> Self {
        Self(coded(page).replace(' ', "").into(), login.to_owned())
    }

    fn shows(&self, at: DateTime<Utc>) -> String {
        Authenticator::new(&self.0, &self.1).expect("a secret").code(at)
    }
}

/// Sets up a second factor for whoever is signed in, and gives the phone and the recovery codes.
async fn sets_up(office: &Office, visitor: &mut Visitor, login: &str) -> (Phone, Vec<String>) {
    let page = visitor.get("/admin/account/second-factor").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let phone = Phone::scans(&page, login);
    let code = phone.shows(office.clock.now());
    let done = visitor.post("/admin/account/second-factor", &[("code", &code), ("password", PASSWORD)]).await;
    assert_eq!(done.to(), "/admin/account/recovery-codes", "{}", done.html);
    let page = visitor.get(done.to()).await;
    (phone, codes(&page))
}
