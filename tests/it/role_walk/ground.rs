//! Who walks, and what there is to see: petitions wherever one can lie.

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::officer::{self, Custody, NewOfficer, Officer, Role};
use zalo_petitions::petition::attachment::{self, Attachment};

use super::routes::Route;
use crate::visitor::{Office, PASSWORD, Page, Visitor};

/// One of each role; all but the focal office work in the ward of Láng.
pub const LOGINS: [(&str, Role); 5] = [
    ("walk.focal", Role::FocalOffice),
    ("walk.agency", Role::AgencyFocal),
    ("walk.handler", Role::Handler),
    ("walk.leader", Role::Leader),
    ("walk.oversight", Role::Oversight),
];

/// Everything a form of the office asks for, so that it is read before the right is asked; none of it changes anything here:
/// the version is none, what is to be written is too short. A form that asks for more adds its field.
const FORM: &[(&str, &str)] = &[
    ("version", "999999"),
    ("seen", "1"),
    ("agency_id", "HN-09454"),
    ("reason", "outside_scope"),
    ("text", "x"),
    ("word", "x"),
    ("body", "x"),
    ("outcome", "explained"),
    ("what", "reached"),
    ("day", "01/12/2026"),
    ("date", "2026-12-01"),
    ("kind", "holiday"),
    ("name", "x"),
    ("level", "department"),
    ("role", "handler"),
    ("login", "x"),
    ("password", "x"),
    ("code", "000000"),
    ("keys", "on"),
];

pub struct Walker {
    pub role: Role,
    pub officer: Officer,
    pub visitor: Visitor,
}

/// A petition, and where it lies.
pub struct Lain {
    pub title: String,
    pub reference: String,
    pub custody: Custody,
    attachment_id: i64,
}

impl Lain {
    /// Whether a page gives anything of it away.
    pub fn is_told_by(&self, page: &Page) -> bool {
        page.shows(&self.title) || page.shows("Nguyễn Thượng Hiền") || page.shows("Phạm Thị Lan")
    }
}

pub struct Ground {
    pool: PgPool,
    pub walkers: Vec<Walker>,
    pub petitions: Vec<Lain>,
    stranger: Visitor,
    office: Visitor,
}

impl Ground {
    pub async fn lay(office: &Office) -> Self {
        // what would stay open ends after its first look
        office.stop.cancel();
        let mut walkers = Vec::new();
        for (login, role) in LOGINS {
            let agency_id = if role == Role::FocalOffice { "HN-VP" } else { "HN-09454" };
            let mut connection = office.pool.acquire().await.expect("a connection");
            let new = NewOfficer { login, name: login, agency_id, role };
            let id = officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added");
            let officer = officer::find(&mut connection, id).await.expect("looked up").expect("an officer");
            drop(connection);
            walkers.push(Walker { role, officer, visitor: office.signed_in(login).await });
        }
        let everybody: Vec<_> = walkers.iter().map(|walker| walker.officer.officer_id).collect();
        let handler =
            walkers.iter().find(|walker| walker.role == Role::Handler).map(|walker| walker.officer.officer_id);
        let at = |agency: Option<&str>, handler_id| Custody {
            agency_id: agency.map(str::to_owned),
            handler_id,
            ..Custody::default()
        };
        let named = Custody { named: everybody, ..at(Some("HN-09454"), handler) };
        let places = [
            ("Việc của phường, giao người xử lý", at(Some("HN-09454"), handler)),
            ("Việc của phường, chưa giao ai", at(Some("HN-09454"), None)),
            ("Việc của Sở", at(Some("HN-SXD"), None)),
            ("Việc chưa ai nhận", at(None, None)),
            ("Việc nêu tên chính họ", named),
        ];
        let mut petitions = Vec::new();
        for (title, custody) in places {
            petitions.push(lain(office, title, custody).await);
        }
        let (stranger, keeper) = (office.visitor(), office.officer().await);
        Self { pool: office.pool.clone(), walkers, petitions, stranger, office: keeper }
    }

    /// Lays everything where it belongs, whatever was done with it.
    pub async fn tidy(&self) {
        for petition in &self.petitions {
            let custody = &petition.custody;
            let status = if custody.agency_id.is_some() { "in_progress" } else { "submitted" };
            sqlx::query(
                "update petition set status = $2, handling_agency_id = $3, handler_id = $4, version = 1 where reference = $1",
            )
            .bind(&petition.reference)
            .bind(status)
            .bind(&custody.agency_id)
            .bind(custody.handler_id)
            .execute(&self.pool)
            .await
            .expect("laid");
            sqlx::query(
                "insert into petition_named_officer (petition_id, officer_id)
                 select petition_id, unnest($2::bigint[]) from petition where reference = $1 on conflict do nothing",
            )
            .bind(&petition.reference)
            .bind(&custody.named)
            .execute(&self.pool)
            .await
            .expect("named");
        }
    }

    /// The address, with what it names put in: of the petition at `place`, and somebody nobody needs afterwards.
    pub async fn path(&self, pattern: &str, place: Option<usize>) -> String {
        let petition = &self.petitions[place.unwrap_or(0)];
        let mut path = pattern.replace("{reference}", &petition.reference);
        path = path.replace("{attachment_id}", &petition.attachment_id.to_string());
        path = path.replace("{agency_id}", "HN-SXD").replace("{date}", "2026-12-01").replace("{kind}", "holiday");
        if path.contains("{officer_id}") {
            path = path.replace("{officer_id}", &self.somebody().await.to_string());
        }
        let mut parts: Vec<_> = path.split('/').collect();
        // numbers of what is not there
        parts.iter_mut().filter(|part| part.starts_with('{')).for_each(|part| *part = "999999");
        parts.join("/")
    }

    async fn somebody(&self) -> i64 {
        sqlx::query_scalar(
            "insert into officer (login, name, agency_id, role, password_hash, created_at)
             select 'x' || count(*), 'X', 'HN-SXD', 'handler', 'x', now() from officer returning officer_id",
        )
        .fetch_one(&self.pool)
        .await
        .expect("somebody")
    }

    pub async fn ask(&mut self, walker: usize, route: &Route, path: &str) -> Page {
        ask(&mut self.walkers[walker].visitor, route, path).await
    }

    pub async fn ask_as_stranger(&mut self, route: &Route, path: &str) -> Page {
        // what somebody left in the browser is no help
        self.stranger.cookie = None;
        ask(&mut self.stranger, route, path).await
    }
}

async fn ask(visitor: &mut Visitor, route: &Route, path: &str) -> Page {
    // it goes on as long as somebody listens
    if path.ends_with("/events") {
        return visitor.head(path).await;
    }
    if !route.is_post {
        return visitor.get(path).await;
    }
    let page = visitor.post(path, FORM).await;
    // a form with files
    if page.status == StatusCode::BAD_REQUEST { visitor.post_parts(path, FORM).await } else { page }
}

/// Files a petition with a photograph and lays it there.
async fn lain(office: &Office, title: &str, custody: Custody) -> Lain {
    let reference = office.file(&[("title", title)]).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let petition_id: i64 = sqlx::query_scalar("select petition_id from petition where reference = $1")
        .bind(&reference)
        .fetch_one(&mut *connection)
        .await
        .expect("a petition");
    let photo = Attachment { kind: "image".to_owned(), ..Attachment::default() };
    attachment::insert(&mut connection, petition_id, &photo).await.expect("kept");
    let attachment_id: i64 = sqlx::query_scalar("select attachment_id from attachment where petition_id = $1")
        .bind(petition_id)
        .fetch_one(&mut *connection)
        .await
        .expect("an attachment");
    Lain { title: title.to_owned(), reference, custody, attachment_id }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_ground_holds(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ground = Ground::lay(&office).await;
    ground.tidy().await;
    for petition in &ground.petitions {
        let page = ground.office.get(&format!("/admin/petitions/{}", petition.reference)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", petition.title);
        assert!(petition.is_told_by(&page), "the focal office that is not named sees it: {}", page.html);
    }
}
