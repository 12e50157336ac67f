//! Every route of the office, asked by everybody: five roles and a stranger, for petitions of the own agency and of another,
//! given to them and to others, complaining of them. The routes are read from the sources, so that none can be forgotten.
//!
//! **A new route gets one line in [`ROUTES`]**: which right it asks for. What it then answers to whom follows from
//! `officer::may`, the one function that decides.

mod ground;
mod routes;

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::officer::{On, Right, Role, may};

use crate::visitor::{Office, Page};
use Ask::*;
use ground::{Ground, Walker};
use routes::Route;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// Nothing: it stands in front of the office.
    Nothing,
    /// To be signed in.
    SignedIn,
    /// To be signed in; and more that none of those who walk here has (a second factor).
    More,
    /// A right in the office as a whole.
    Office(Right),
    /// The same; others are not told that there is such a page.
    Secret(Right),
    /// A right on the petition it names. Whoever may not see the petition finds nothing there.
    Petition(Right),
    /// The same for something that this petition may not have, or not in this state.
    Part(Right),
}

/// Every route of the office. The names are those of the sources.
const ROUTES: &[(&str, Ask)] = &[
    ("GET /admin", Office(Right::List)),
    ("GET /admin/login", Nothing),
    ("POST /admin/login", Nothing),
    ("GET /admin/login/code", Nothing),
    ("POST /admin/login/code", Nothing),
    ("GET /admin/login/single-sign-on", Nothing),
    ("GET /admin/login/single-sign-on/callback", Nothing),
    ("POST /admin/logout", Nothing),
    // one petition
    ("GET /admin/petitions/{reference}", Petition(Right::See)),
    ("POST /admin/petitions/{reference}/sender", Petition(Right::Identity)),
    ("POST /admin/petitions/{reference}/word", Petition(Right::Talk)),
    ("POST /admin/petitions/{reference}/word/quick-text", Petition(Right::Talk)),
    ("GET /admin/petitions/{reference}/conversation/events", Petition(Right::Talk)),
    ("GET /admin/petitions/{reference}/messages/{media_id}", Part(Right::Talk)),
    ("GET /admin/petitions/{reference}/messages/{media_id}/thumbnail", Part(Right::Talk)),
    ("POST /admin/petitions/{reference}/talk", Petition(Right::Talk)),
    // keyed in
    ("GET /admin/petitions/new", Office(Right::Triage)),
    ("POST /admin/petitions/new", Office(Right::Triage)),
    ("GET /admin/petitions/{reference}/receipt", Part(Right::Triage)),
    ("POST /admin/petitions/{reference}/attachments", Part(Right::Triage)),
    ("POST /admin/petitions/{reference}/acceptance", Petition(Right::Triage)),
    ("POST /admin/petitions/{reference}/supplement-request", Petition(Right::Handle)),
    ("GET /admin/petitions/{reference}/refusal", Part(Right::Triage)),
    ("POST /admin/petitions/{reference}/refusal", Part(Right::Triage)),
    ("GET /admin/petitions/{reference}/attachments/{attachment_id}", Part(Right::Attachments)),
    ("GET /admin/petitions/{reference}/attachments/{attachment_id}/clean", Part(Right::Attachments)),
    ("GET /admin/petitions/{reference}/attachments/{attachment_id}/thumbnail", Part(Right::Attachments)),
    ("POST /admin/petitions/{reference}/attachments/{attachment_id}/fetch", Part(Right::Attachments)),
    ("POST /admin/petitions/{reference}/answer", Petition(Right::Handle)),
    ("GET /admin/petitions/{reference}/answer-files/{answer_file_id}", Part(Right::Attachments)),
    ("GET /admin/petitions/{reference}/answer-files/{answer_file_id}/thumbnail", Part(Right::Attachments)),
    ("GET /admin/petitions/{reference}/comparison/{answer_id}", Part(Right::Handle)),
    ("POST /admin/petitions/{reference}/approval", Petition(Right::Approve)),
    ("POST /admin/petitions/{reference}/sending-back", Petition(Right::Approve)),
    ("POST /admin/petitions/{reference}/assignment", Petition(Right::Assign)),
    ("POST /admin/petitions/{reference}/start", Petition(Right::Handle)),
    ("POST /admin/petitions/{reference}/transfer", Petition(Right::Assign)),
    ("POST /admin/petitions/{reference}/return", Petition(Right::Assign)),
    ("POST /admin/petitions/{reference}/departure", Petition(Right::Triage)),
    ("POST /admin/petitions/{reference}/national-code", Petition(Right::Triage)),
    ("GET /admin/petitions/{reference}/publication", Part(Right::Publish)),
    ("POST /admin/petitions/{reference}/publication", Part(Right::Publish)),
    ("GET /admin/petitions/{reference}/named-officers", Petition(Right::Name)),
    ("POST /admin/petitions/{reference}/named-officers", Petition(Right::Name)),
    ("POST /admin/petitions/{reference}/reminder", Petition(Right::Remind)),
    ("POST /admin/petitions/{reference}/urgency", Petition(Right::Assign)),
    ("GET /admin/petitions/{reference}/extension", Part(Right::Handle)),
    ("POST /admin/petitions/{reference}/extension", Part(Right::Handle)),
    ("GET /admin/petitions/{reference}/apology", Part(Right::Handle)),
    ("POST /admin/petitions/{reference}/apology", Part(Right::Handle)),
    ("POST /admin/petitions/{reference}/separation", Petition(Right::Triage)),
    // the new ones, one at a time
    ("GET /admin/triage", Office(Right::Triage)),
    ("POST /admin/triage/{reference}/acceptance", Petition(Right::Triage)),
    ("POST /admin/triage/{reference}/supplement-request", Petition(Right::Triage)),
    ("POST /admin/triage/{reference}/refusal", Petition(Right::Triage)),
    ("POST /admin/triage/{reference}/departure", Petition(Right::Triage)),
    ("POST /admin/triage/{reference}/merger", Petition(Right::Triage)),
    ("POST /admin/triage/{reference}/closure", Petition(Right::Triage)),
    ("POST /admin/triage/{reference}/classification", Petition(Right::Triage)),
    // lists
    ("POST /admin/export", Office(Right::Export)),
    ("POST /admin/filters", Office(Right::List)),
    ("POST /admin/filters/{saved_filter_id}", Office(Right::List)),
    // people who wait for a call
    ("GET /admin/calls", Office(Right::Calls)),
    ("POST /admin/calls/{outbox_message_id}", Office(Right::Calls)),
    ("POST /admin/officer-calls/{officer_call_id}", Office(Right::Calls)),
    ("POST /admin/officer-calls/{officer_call_id}/word", Office(Right::Calls)),
    ("POST /admin/talks/{citizen_id}", Office(Right::Calls)),
    // the channel
    ("GET /admin/figures", Office(Right::Figures)),
    ("GET /admin/channel", Office(Right::ChannelHealth)),
    ("POST /admin/channel/events/{inbox_event_id}/repetition", Office(Right::Channel)),
    ("POST /admin/messages/{outbox_message_id}/sending", Office(Right::Channel)),
    ("GET /admin/channel/connection", Office(Right::Channel)),
    ("POST /admin/channel/connection", Office(Right::Channel)),
    ("GET /admin/channel/connection/callback", Office(Right::Channel)),
    // what only the focal office sees
    ("GET /admin/data-requests", Office(Right::DataRequests)),
    ("POST /admin/data-requests/{data_request_id}", Office(Right::DataRequests)),
    ("GET /admin/closed-list", Secret(Right::ClosedList)),
    ("POST /admin/closed-list/{denunciation_id}/reading", Secret(Right::ClosedList)),
    ("POST /admin/closed-list/{denunciation_id}/closure", Secret(Right::ClosedList)),
    ("GET /admin/audit", Office(Right::Audit)),
    // texts, ready sentences, the poster, help
    ("GET /admin/texts", Office(Right::Settings)),
    ("GET /admin/texts/{key}", Office(Right::Settings)),
    ("POST /admin/texts/{key}", Office(Right::Settings)),
    ("GET /admin/quick-texts", Office(Right::Calls)),
    ("GET /admin/quick-texts/{quick_text_id}", Office(Right::Calls)),
    ("POST /admin/quick-texts/{quick_text_id}", Office(Right::Calls)),
    ("GET /admin/poster", Office(Right::List)),
    ("GET /admin/help", SignedIn),
    // deadlines
    ("GET /admin/deadlines", Office(Right::Settings)),
    ("GET /admin/deadlines/new", Office(Right::Settings)),
    ("POST /admin/deadlines/new", Office(Right::Settings)),
    ("GET /admin/calendar", Office(Right::Settings)),
    ("POST /admin/calendar/days", Office(Right::Settings)),
    ("POST /admin/calendar/days/{date}/{kind}/removal", Office(Right::Settings)),
    ("POST /admin/calendar/import", Office(Right::Settings)),
    ("POST /admin/calendar/changes", Office(Right::Settings)),
    ("GET /admin/reminders", Office(Right::List)),
    ("POST /admin/reminders/{reminder_id}/reading", Office(Right::List)),
    // people
    ("GET /admin/officers", Office(Right::Accounts)),
    ("POST /admin/officers", Office(Right::Accounts)),
    ("GET /admin/officers/new", Office(Right::Accounts)),
    ("GET /admin/officers/{officer_id}", Office(Right::Accounts)),
    ("POST /admin/officers/{officer_id}", Office(Right::Accounts)),
    ("POST /admin/officers/{officer_id}/password", Office(Right::Accounts)),
    ("POST /admin/officers/{officer_id}/second-factor", Office(Right::Accounts)),
    ("POST /admin/officers/{officer_id}/sessions", Office(Right::Accounts)),
    ("POST /admin/officers/{officer_id}/sessions/{officer_session_id}", Office(Right::Accounts)),
    ("GET /admin/officers/{officer_id}/closure", Office(Right::Accounts)),
    ("POST /admin/officers/{officer_id}/closure", Office(Right::Accounts)),
    ("GET /admin/agencies", Office(Right::Accounts)),
    ("POST /admin/agencies", Office(Right::Accounts)),
    ("GET /admin/agencies/new", Office(Right::Accounts)),
    ("GET /admin/agencies/{agency_id}", Office(Right::Accounts)),
    ("POST /admin/agencies/{agency_id}", Office(Right::Accounts)),
    // one's own
    ("GET /admin/account", SignedIn),
    ("POST /admin/account/keys", SignedIn),
    ("POST /admin/account/sessions", SignedIn),
    ("POST /admin/account/sessions/{officer_session_id}", SignedIn),
    ("GET /admin/account/password", SignedIn),
    ("POST /admin/account/password", SignedIn),
    ("GET /admin/account/second-factor", SignedIn),
    ("POST /admin/account/second-factor", SignedIn),
    ("GET /admin/account/second-factor/removal", SignedIn),
    ("POST /admin/account/second-factor/removal", SignedIn),
    ("GET /admin/account/recovery-codes", More),
    ("POST /admin/account/recovery-codes", More),
];

#[test]
fn every_route_has_its_line_and_every_line_its_route() {
    let routes: Vec<_> = routes::all().iter().map(|route| route.name.clone()).collect();
    let listed: Vec<_> = ROUTES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let missing: Vec<_> = routes.iter().filter(|name| !listed.contains(name)).collect();
    assert!(missing.is_empty(), "routes without a line in ROUTES: {missing:#?}");
    let stale: Vec<_> = listed.iter().filter(|name| !routes.contains(name)).collect();
    assert!(stale.is_empty(), "lines of ROUTES without a route: {stale:#?}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nobody_reaches_what_is_not_theirs(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ground = Ground::lay(&office).await;
    let mut wrong = Vec::new();
    for route in routes::all() {
        let Some((_, ask)) = ROUTES.iter().find(|(name, _)| *name == route.name) else { continue };
        match ask {
            Nothing => {}
            Petition(_) | Part(_) => {
                for place in 0..ground.petitions.len() {
                    wrong.extend(at_a_petition(&mut ground, &route, *ask, place).await);
                }
            }
            _ => wrong.extend(in_the_office(&mut ground, &route, *ask).await),
        }
        wrong.extend(by_a_stranger(&mut ground, &route, *ask).await);
    }
    assert!(wrong.is_empty(), "{} of the answers are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn no_list_shows_what_its_reader_may_not_see(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ground = Ground::lay(&office).await;
    ground.tidy().await;
    let mut wrong = Vec::new();
    for (name, _) in ROUTES.iter().filter(|(name, ask)| name.starts_with("GET ") && matches!(ask, Office(_) | SignedIn))
    {
        let path = ground.path(name.trim_start_matches("GET "), None).await;
        for walker in 0..ground.walkers.len() {
            for query in ["", "?q=Vi%E1%BB%87c", "?view=all", "?view=closed"] {
                let page = ground.walkers[walker].visitor.get(&format!("{path}{query}")).await;
                let walker = &ground.walkers[walker];
                let hidden = ground.petitions.iter().filter(|petition| !walker.sees(&petition.custody));
                let shown = hidden.filter(|petition| page.shows(&petition.reference) || page.shows(&petition.title));
                wrong
                    .extend(shown.map(|petition| format!("{:?}: {name}{query} shows {}", walker.role, petition.title)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the lists show too much:\n  {}", wrong.len(), wrong.join("\n  "));
}

async fn at_a_petition(ground: &mut Ground, route: &Route, ask: Ask, place: usize) -> Vec<String> {
    let (Petition(right) | Part(right)) = ask else { return Vec::new() };
    let mut wrong = Vec::new();
    for walker in 0..ground.walkers.len() {
        ground.tidy().await;
        let path = ground.path(&route.path, Some(place)).await;
        let page = ground.ask(walker, route, &path).await;
        let (petition, walker) = (&ground.petitions[place], &ground.walkers[walker]);
        let on = On::Petition(&petition.custody);
        let expected = match (walker.sees(&petition.custody), may(&walker.officer, right, on)) {
            (false, _) => Some(StatusCode::NOT_FOUND),
            (true, false) => Some(StatusCode::FORBIDDEN),
            (true, true) => None,
        };
        let can_be_missing = matches!(ask, Part(_));
        wrong.extend(
            judge(expected, can_be_missing, &page)
                .map(|what| format!("{:?}: {} at «{}»: {what}", walker.role, route.name, petition.title)),
        );
        if expected.is_some() && petition.is_told_by(&page) {
            wrong.push(format!("{:?}: {} at «{}» tells of it", walker.role, route.name, petition.title));
        }
    }
    wrong
}

async fn in_the_office(ground: &mut Ground, route: &Route, ask: Ask) -> Vec<String> {
    let mut wrong = Vec::new();
    for walker in 0..ground.walkers.len() {
        let path = ground.path(&route.path, None).await;
        let page = ground.ask(walker, route, &path).await;
        let walker = &ground.walkers[walker];
        let refusal = |right, status| (!may(&walker.officer, right, On::Office)).then_some(status);
        let expected = match ask {
            Office(right) => refusal(right, StatusCode::FORBIDDEN),
            Secret(right) => refusal(right, StatusCode::NOT_FOUND),
            More => Some(StatusCode::FORBIDDEN),
            _ => None,
        };
        // what is named by a number here is mostly not there
        let can_be_missing = route.path.contains('{');
        wrong.extend(
            judge(expected, can_be_missing, &page).map(|what| format!("{:?}: {}: {what}", walker.role, route.name)),
        );
    }
    wrong
}

/// What is wrong with an answer, if anything is: a refusal must be exactly this one, and none must be none.
fn judge(expected: Option<StatusCode>, can_be_missing: bool, page: &Page) -> Option<String> {
    let is_right = match expected {
        Some(status) => page.status == status,
        None if matches!(page.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN) => can_be_missing,
        None => {
            let is_sent_away = page.to().starts_with("/admin/login");
            // what is asked without its fields cannot be read: whoever may not is turned away before that
            !is_sent_away && !page.status.is_server_error()
        }
    };
    let wanted = expected.map_or_else(|| "it to be open".to_owned(), |status| status.to_string());
    (!is_right).then(|| format!("{} {} instead of {wanted}", page.status, page.to()))
}

/// Whoever is not signed in is sent to sign in, and reads nothing.
async fn by_a_stranger(ground: &mut Ground, route: &Route, ask: Ask) -> Vec<String> {
    let path = ground.path(&route.path, Some(0)).await;
    let page = ground.ask_as_stranger(route, &path).await;
    let is_sent_away = page.status == StatusCode::SEE_OTHER && page.to().starts_with("/admin/login");
    let mut wrong = Vec::new();
    if ask != Nothing && !is_sent_away {
        wrong.push(format!("a stranger: {}: {} {}", route.name, page.status, page.to()));
    }
    if ground.petitions.iter().any(|petition| petition.is_told_by(&page)) {
        wrong.push(format!("a stranger: {} tells of a petition", route.name));
    }
    wrong
}

impl Walker {
    fn sees(&self, custody: &zalo_petitions::officer::Custody) -> bool {
        may(&self.officer, Right::See, On::Petition(custody))
    }
}

#[test]
fn all_roles_walk() {
    assert_eq!(Role::ALL.len(), ground::LOGINS.len());
}
