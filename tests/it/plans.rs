//! Pages at 100,000 petitions: the real pages, planned by the real planner, read no large table from end to end. Nor does the
//! road, whose plans are older than what it reads.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, PgPool};
use zalo_petitions::casework;
use zalo_petitions::officer::{self, NewOfficer, Role};
use zalo_petitions::petition::queue::{self, Asked, Filter, Key, Knows, Now, Sought, View, Whose};

use crate::app::redis_url;
use crate::stage::crowd::{Manner, converse};
use crate::stage::{Stage, free_address, register};
use crate::visitor::{Office, PASSWORD, Visitor};

const PETITIONS: u32 = 100_000;
const LARGE: [&str; 7] =
    ["petition", "petition_event", "answer", "publication", "outbox_message", "inbox_event", "attachment"];

/// How often each large table was read from end to end so far. The pool has one connection, so nothing is left untold.
async fn whole_reads(pool: &PgPool) -> BTreeMap<String, i64> {
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::query("select pg_stat_force_next_flush()").execute(&mut *connection).await.expect("told");
    let tables: Vec<String> = LARGE.iter().map(|table| (*table).to_owned()).collect();
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select relname::text, seq_scan from pg_stat_user_tables where relname = any($1)")
            .bind(&tables)
            .fetch_all(&mut *connection)
            .await
            .expect("counts");
    rows.into_iter().collect()
}

/// What was read from end to end, page by page.
struct Watch<'a> {
    pool: &'a PgPool,
    before: BTreeMap<String, i64>,
    found: Vec<String>,
}

impl Watch<'_> {
    async fn note(&mut self, page: &str) {
        let now = whole_reads(self.pool).await;
        let read = now.iter().filter(|(table, count)| self.before.get(*table) != Some(*count));
        self.found.extend(read.map(|(table, _)| format!("{page} reads all of {table}")));
        self.before = now;
    }

    async fn get(&mut self, who: &str, visitor: &mut Visitor, path: &str) -> String {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200, "{who} {path}: {}", page.html);
        self.note(&format!("{who}: {path}")).await;
        page.html
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn no_page_reads_a_whole_table(options: PgPoolOptions, connect: PgConnectOptions) {
    let pool = options.max_connections(1).connect_with(connect).await.expect("a pool");
    let office = Office::open(pool).await;
    employ(&office).await;
    let first = office.file(&[]).await;
    register::fill(&office.pool, PETITIONS).await;
    let pool = office.pool.clone();
    let mut watch = Watch { before: whole_reads(&pool).await, pool: &pool, found: Vec::new() };

    for login in ["ha.vp", "minh.lang", "handler", "leader", "oversight"] {
        let mut visitor = office.signed_in(login).await;
        watch.note(&format!("{login} signs in")).await;
        for query in VIEWS.iter().chain(SEARCHES) {
            let html = watch.get(login, &mut visitor, &format!("/admin?{query}")).await;
            if let Some((before, _)) = html.split_once("\" rel=\"next\"") {
                let next = before.rsplit("href=\"").next().expect("an address").replace("&#38;", "&");
                watch.get(login, &mut visitor, &next).await;
            }
        }
    }
    let mut focal = office.signed_in("ha.vp").await;
    let open =
        reference(&pool, "select reference from petition where status = 'submitted' order by petition_id limit 1")
            .await;
    let done =
        reference(&pool, "select reference from petition where status = 'published' order by petition_id limit 1")
            .await;
    for path in [
        format!("/admin/petitions/{first}"),
        format!("/admin/petitions/{open}"),
        format!("/admin/petitions/{done}"),
        "/admin/triage".to_owned(),
        format!("/admin/triage?of={open}&of={first}"),
        "/admin/calls".to_owned(),
        "/admin/figures".to_owned(),
        "/admin/figures?month=2024-03".to_owned(),
        "/".to_owned(),
        "/?page=50".to_owned(),
        "/?q=so+do+qua+hen".to_owned(),
        "/?q=hiem".to_owned(),
        format!("/?q={done}"),
        format!("/p/{done}"),
    ] {
        watch.get("ha.vp", &mut focal, &path).await;
    }
    for query in ["q=hiem", "field=land&urgent=yes", "agency=T-30&status=refused"] {
        let file = focal.post("/admin/export", &[("query", query)]).await;
        assert_eq!(file.status, 200, "{query}");
        watch.note(&format!("export {query}")).await;
    }
    for view in [View::Open, View::Closed] {
        first_part(&office, view).await;
        watch.note(&format!("the first part of a file of {}", view.name())).await;
    }
    look_up(&office, &done).await;
    watch.note("a citizen looks up").await;
    let common = watch.get("somebody", &mut focal, "/?q=so+do").await;
    assert!(common.contains("Hơn 200"), "enough is found among the newest: {common}");
    let behind = watch.get("somebody", &mut focal, "/?q=so+do&page=50").await;
    assert!(behind.contains("Đang xem 181 đến 200 trong hơn 200"), "the last page: {behind}");
    assert!(behind.contains("Ông/Bà gõ thêm từ"), "{behind}");
    let rare = "update publication set title = 'Chim yến làm tổ ở trụ sở'
                from petition where petition.petition_id = publication.petition_id and reference = $1";
    sqlx::query(rare).bind(&done).execute(&pool).await.expect("rewritten");
    let found = watch.get("somebody", &mut focal, "/?q=chim+yen").await;
    assert!(found.contains(&done), "the oldest is found, too: {found}");
    assert!(watch.found.is_empty(), "{}", watch.found.join("\n"));
}

/// The road keeps its plans. One that was made when hardly anybody had written yet must not read everybody later.
#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_plan_of_the_first_day_reads_by_key_ever_after(pool: PgPool) {
    const MANY: i64 = 20_000;
    let tables = ["citizen", "inbox_event", "outbox_message", "petition"];
    let stage = Stage::set(pool.connect_options().to_url_lossy().to_string(), redis_url()).await;
    let instance = stage.start(free_address().await);
    instance.ready().await;
    stage.knock_at(instance.address);
    // one connection, so that it can tell all that it read
    let mut connection = pool.acquire().await.expect("a connection");
    for table in tables {
        // else Postgres may look at the table anew, and plan anew
        let off = format!("alter table {table} set (autovacuum_enabled = off)");
        sqlx::query(AssertSqlSafe(off)).execute(&mut *connection).await.expect("set");
    }
    // enough that reading them all looks cheap
    fill(&mut connection, "some", 150).await;
    sqlx::query("vacuum (analyze) citizen").execute(&mut *connection).await.expect("analysed");
    for _ in 0..3 {
        assert!(converse(&stage.zalo.phone("Ông An"), Manner::Attentive).await);
    }
    fill(&mut connection, "many", MANY).await;
    let before = lines_read(&mut connection).await;
    for _ in 0..3 {
        assert!(converse(&stage.zalo.phone("Bà Bình"), Manner::Attentive).await);
    }
    let after = lines_read(&mut connection).await;
    let read = after.iter().map(|(index, lines)| (index, lines - before[index]));
    let whole: Vec<_> = read.filter(|(_, lines)| *lines >= MANY).collect();
    assert!(whole.is_empty(), "so much was read for three conversations: {whole:?}");
}

/// So many citizens who wrote once.
async fn fill(connection: &mut PgConnection, name: &str, many: i64) {
    for fill in [
        "insert into citizen (zalo_user_id, created_at, last_heard_at)
         select $1 || n, now(), now() from generate_series(1, $2) n",
        "insert into inbox_event (dedupe_key, event_name, citizen_id, happened_at, received_at, body, state, retry_at, facts,
                                  turn, finished_at)
         select $1 || n, 'user_send_text', citizen_id, now(), now(), '', 'done', now(), '{}', 1, now()
         from generate_series(1, $2) n join citizen on zalo_user_id = $1 || n",
    ] {
        sqlx::query(fill).bind(name).bind(many).execute(&mut *connection).await.expect("filled");
    }
}

/// How many lines of each index were read so far.
async fn lines_read(connection: &mut PgConnection) -> BTreeMap<String, i64> {
    // other connections tell what they read with what they do a second later: each worker looks for work twice a second
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    sqlx::query("select pg_stat_force_next_flush()").execute(&mut *connection).await.expect("told");
    let rows: Vec<(String, i64)> = sqlx::query_as("select indexrelname::text, idx_tup_read from pg_stat_user_indexes")
        .fetch_all(connection)
        .await
        .expect("counts");
    rows.into_iter().collect()
}

const VIEWS: &[&str] = &[
    "",
    "view=overdue",
    "view=soon",
    "view=new",
    "view=supplement",
    "view=approval",
    "view=publish",
    "view=closed",
    "view=mine",
];

const SEARCHES: &[&str] = &[
    "q=HN-PAKN-20200103-0042-X",
    "q=0042-k",
    "q=0042",
    "q=H26.12",
    "q=nguyen+thi+hoa",
    "q=hiem",
    "q=so+do",
    "q=so+do+qua+he",
    "q=678",
    "q=0912345678",
    "agency=T-3",
    "agency=T-3&view=closed",
    "status=refused",
    "status=awaiting_supplement",
    "due=overdue",
    "due=soon",
    "due_from=2026-11-18&due_to=2026-11-20",
    "field=investment",
    "field=land&view=closed",
    "from=2024-03-01&to=2024-03-02",
    "from=2024-03-01&to=2024-03-31&field=land",
    "source=letter",
    "source=letter&view=closed",
    "handler=3",
    "urgent=yes",
    "urgent=yes&view=closed",
];

async fn employ(office: &Office) {
    let mut connection = office.pool.acquire().await.expect("a connection");
    for (login, role) in [("handler", Role::Handler), ("leader", Role::Leader), ("oversight", Role::Oversight)] {
        let new = NewOfficer { login, name: login, agency_id: "HN-09454", role };
        officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added");
    }
}

async fn reference(pool: &PgPool, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a reference")
}

/// As the file of a list reads it.
async fn first_part(office: &Office, view: View) {
    let mut connection = office.pool.acquire().await.expect("a connection");
    let at = office.clock.now();
    let whose = Whose { agency_id: None, handler_id: None, officer_id: office.officer_id, knows: Knows::Everybody };
    let filter = Filter { view: Some(view), ..Filter::default() };
    let now = Now { at, soon_until: at, soon_to_accept_until: at };
    let lines = queue::part(&mut connection, Asked { filter: &filter, whose: &whose, now }, None, 1_000).await;
    assert_eq!(lines.expect("lines").len(), 1_000);
}

async fn look_up(office: &Office, reference: &str) {
    let mut connection = office.pool.acquire().await.expect("a connection");
    let phone = "+84912345678".into();
    for phone in [None, Some(&phone)] {
        casework::lookup(&office.rules, &mut connection, 1, reference, phone, office.clock.now()).await.expect("found");
    }
}

/// What stands in many is found among the first of the list, what is rarer in the indexes: on one way through the list both
/// happen, and nothing is left out or told twice.
#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_search_is_the_same_however_it_is_answered(pool: PgPool) {
    let office = Office::open(pool).await;
    employ(&office).await;
    office.file(&[]).await;
    register::fill(&office.pool, 5_000).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let at = office.clock.now();
    let whose = Whose { agency_id: None, handler_id: None, officer_id: office.officer_id, knows: Knows::Everybody };
    let sought = Sought::parse("giay phep xay dung cham");
    let filter = Filter { sought, ..Filter::default() };
    let asked = Asked { filter: &filter, whose: &whose, now: Now { at, soon_until: at, soon_to_accept_until: at } };
    let ids = |lines: &[queue::Line]| lines.iter().map(|line| line.petition_id).collect::<Vec<_>>();
    let whole = ids(&queue::part(&mut connection, asked, None, 5_000).await.expect("all at once"));
    assert!(whole.len() > 200, "it stands in many: {}", whole.len());
    let (mut walked, mut last) = (Vec::new(), None);
    loop {
        let part = queue::part(&mut connection, asked, last, 50).await.expect("a part");
        let Some(end) = part.last() else { break };
        last = Some(Key::from(end));
        walked.extend(ids(&part));
    }
    assert_eq!(walked, whole);
}
