//! Entering petitions: numbers, due dates, drafts, consent.

use super::*;
use crate::app::until_somebody_waits_for_a_lock;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn filing_enters_the_petition_with_its_history_and_sends_nothing(pool: PgPool) {
    let house = House::build(pool).await;
    let filed = house.file(&house.filing("draft-1"), at("2026-11-18T09:10")).await.expect("filed");
    assert!(filed.reference.starts_with("HN-PAKN-20261118-0001-"), "{}", filed.reference);
    assert_eq!(filed.accept_due_at, at("2026-11-19T09:10"));
    assert_eq!(filed.answer_due_at, at("2026-12-10T17:00"));

    let petition = house.petition(&filed.reference).await;
    assert_eq!((petition.status, petition.version), (Status::Submitted, 1));
    assert_eq!(petition.details.submitter_name.reveal(), "Trần Văn Bình");
    assert_eq!(petition.deadline_policy_version, 1);
    assert_eq!(house.history(&filed.reference).await, ["file: - → submitted (-)"]);
    assert!(house.messages().await.is_empty());

    let mut connection = house.pool.acquire().await.expect("a connection");
    let attachments = attachment::of(&mut connection, filed.petition_id).await.expect("attachments");
    assert_eq!(attachments.len(), 1);
    let search = sqlx::query_scalar!("select search from petition").fetch_one(&house.pool).await.expect("a text");
    assert!(
        search.contains("tro cap huu tri") && search.contains("tran van binh") && search.contains("hnpakn202611180001")
    );
    let consent = sqlx::query!("select purpose, text_version from consent").fetch_one(&house.pool).await.expect("one");
    assert_eq!((consent.purpose.as_str(), consent.text_version.as_str()), ("publication", "2026-11"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn deadlines_step_over_the_day_of_vietnamese_culture(pool: PgPool) {
    let house = House::build(pool).await;
    for (sent, accept, answer) in [
        ("2026-11-20T09:00", "2026-11-23T09:00", "2026-12-14T17:00"),
        ("2026-11-20T23:00", "2026-11-23T17:00", "2026-12-14T17:00"),
        ("2026-11-23T16:00", "2026-11-25T16:00", "2026-12-15T17:00"),
        ("2026-11-24T10:00", "2026-11-25T17:00", "2026-12-15T17:00"),
        ("2026-11-25T10:00", "2026-11-26T10:00", "2026-12-16T17:00"),
    ] {
        let filed = house.file(&house.filing(sent), at(sent)).await.expect("filed");
        assert_eq!((filed.accept_due_at, filed.answer_due_at), (at(accept), at(answer)), "{sent}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_due_date_past_the_calendar_is_refused(pool: PgPool) {
    let house = House::build(pool).await;
    let result = house.file(&house.filing("draft-1"), at("2027-12-20T09:00")).await;
    assert!(matches!(result, Err(CaseError::NoDeadline(_))), "{result:?}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_keeps_the_policy_of_its_day(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    sqlx::query!("insert into deadline_policy (version, valid_from) values (2, '2026-11-19')")
        .execute(&house.pool)
        .await
        .expect("a version");
    sqlx::query!(
        "insert into deadline_term (version, step, category, priority, amount, unit, basis)
         select 2, step, category, priority, amount * 2, unit, 'thử' from deadline_term"
    )
    .execute(&house.pool)
    .await
    .expect("a policy");
    let later = house.file(&house.filing("draft-2"), at("2026-11-19T09:10")).await.expect("filed");
    assert_eq!(later.accept_due_at, at("2026-11-23T09:10"));
    assert_eq!(house.petition(&later.reference).await.deadline_policy_version, 2);

    house.accept(house.hand(&reference, at("2026-11-18T14:20")).await, WARD).await.expect("accepted");
    house.answer(house.hand(&reference, at("2026-11-20T10:00")).await, &good_answer()).await.expect("answered");
    assert_eq!(house.petition(&reference).await.publish_due_at, Some(at("2026-11-25T17:00")));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn numbers_run_on_within_a_day_of_hanoi(pool: PgPool) {
    let house = House::build(pool).await;
    let mut given = Vec::new();
    for (draft, sent) in [("a", "2026-11-18T23:59"), ("b", "2026-11-18T00:00"), ("c", "2026-11-19T00:00")] {
        given.push(house.file(&house.filing(draft), at(sent)).await.expect("filed").reference);
    }
    let parts: Vec<&str> = given.iter().map(|reference| &reference[8..21]).collect();
    assert_eq!(parts, ["20261118-0001", "20261118-0002", "20261119-0001"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_alike_is_found_also_when_it_is_filed_at_the_same_time(pool: PgPool) {
    let house = House::build(pool).await;
    let [one, other] = ["a", "b"].map(|draft| {
        let mut filing = house.filing(draft);
        filing.answers.insert("target_agency_code".to_owned(), WARD.into());
        filing
    });
    let mut first = house.pool.begin().await.expect("a transaction");
    let leader = casework::file(&house.rules, &mut first, &one, at("2026-11-18T09:10")).await.expect("filed");
    let then_commit = async {
        until_somebody_waits_for_a_lock(&house.pool).await;
        first.commit().await.expect("committed");
    };
    let (second, ()) = tokio::join!(house.file(&other, at("2026-11-18T09:10")), then_commit);
    let alike: Option<i64> = sqlx::query_scalar("select alike_id from petition where petition_id = $1")
        .bind(second.expect("filed").petition_id)
        .fetch_one(&house.pool)
        .await
        .expect("read");
    assert_eq!(alike, Some(leader.petition_id));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_same_draft_files_once_also_at_the_same_time(pool: PgPool) {
    let house = House::build(pool).await;
    let filing = house.filing("draft-1");
    let again = || house.file(&filing, at("2026-11-18T09:10"));
    let (a, b, c) = tokio::join!(again(), again(), again());
    let first = a.expect("filed");
    assert_eq!((&b.expect("filed"), &c.expect("filed")), (&first, &first));
    assert_eq!(again().await.expect("filed"), first);
    let counts = sqlx::query!(
        r#"select (select count(*) from petition) as "petitions!", (select count(*) from petition_event) as "events!",
                  (select count(*) from attachment) as "attachments!", (select count(*) from consent) as "consents!""#
    );
    let counts = counts.fetch_one(&house.pool).await.expect("counts");
    assert_eq!((counts.petitions, counts.events, counts.attachments, counts.consents), (1, 1, 1, 1));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn somebody_elses_draft_does_not_give_away_their_petition(pool: PgPool) {
    let house = House::build(pool).await;
    house.filed().await;
    let stolen = Filing { citizen_id: house.neighbour_id, ..house.filing("draft-1") };
    assert!(matches!(house.file(&stolen, at("2026-11-18T09:11")).await, Err(CaseError::Database(_))));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_agency_that_is_not_in_the_list_is_kept_as_words(pool: PgPool) {
    let house = House::build(pool).await;
    let mut filing = house.filing("draft-1");
    filing.answers.insert("target_agency_code".to_owned(), "HN-GONE".into());
    let filed = house.file(&filing, at("2026-11-18T09:10")).await.expect("filed");
    let details = house.petition(&filed.reference).await.details;
    assert_eq!(details.target_agency_id, None);
    assert_eq!(details.target_agency_text.expect("words").reveal(), "HN-GONE");

    let mut filing = house.filing("draft-2");
    filing.answers.insert("target_agency_code".to_owned(), WARD.into());
    let filed = house.file(&filing, at("2026-11-18T09:10")).await.expect("filed");
    assert_eq!(house.petition(&filed.reference).await.target_agency_name.as_deref(), Some("UBND phường Cửa Nam"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_incomplete_form_is_not_entered(pool: PgPool) {
    let house = House::build(pool).await;
    let before = house.everything().await;
    for required in casework::required_answers() {
        let mut filing = house.filing("draft-1");
        filing.answers.remove(*required);
        let result = house.file(&filing, at("2026-11-18T09:10")).await.map(|_| ());
        assert_eq!(field(result), *required);
    }
    assert_eq!(house.everything().await, before);
}

/// The version of the notice to which the citizen agreed.
async fn agreed(connection: &mut sqlx::PgConnection, citizen_id: i64) -> Option<String> {
    let held = casework::held(connection, &[citizen_id]).await.expect("read").remove(&citizen_id);
    held.and_then(|(held, _)| held.consent_version)
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn consent_is_written_down_once_and_counts_until_it_is_withdrawn(pool: PgPool) {
    let house = House::build(pool).await;
    let mut connection = house.pool.acquire().await.expect("a connection");
    assert_eq!(agreed(&mut connection, house.citizen_id).await, None);
    for version in ["2026-10", "2026-11", "2026-11"] {
        let at = at("2026-11-18T09:00");
        casework::record_consent(&mut connection, house.citizen_id, version, at).await.expect("written");
    }
    let version = agreed(&mut connection, house.citizen_id).await;
    assert_eq!(version.as_deref(), Some("2026-11"));
    assert_eq!(agreed(&mut connection, house.neighbour_id).await, None);
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from consent"#).fetch_one(&mut *connection).await;
    assert_eq!(count.expect("a count"), 4, "to be processed, and to be told of the result");

    let now = at("2026-11-19T09:00");
    sqlx::query!("update consent set withdrawn_at = $1", now).execute(&mut *connection).await.expect("withdrawn");
    assert_eq!(agreed(&mut connection, house.citizen_id).await, None);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn holidays_can_be_loaded_again(pool: PgPool) {
    let house = House::build(pool).await;
    let mut connection = house.pool.acquire().await.expect("a connection");
    sqlx::query!("update holiday set certainty = 'proposed' where holiday_on = '2026-11-24'")
        .execute(&mut *connection)
        .await
        .expect("changed");
    petition::load_holidays(&mut connection).await.expect("loaded");
    let filed = house.file(&house.filing("draft-1"), at("2026-11-23T16:00")).await.expect("filed");
    assert_eq!(filed.accept_due_at, at("2026-11-25T16:00"));
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from holiday"#).fetch_one(&mut *connection).await;
    assert_eq!(count.expect("a count"), 46);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_refused_messages_alone_does_not_want_them_under_a_new_notice(pool: PgPool) {
    use zalo_petitions::petition::consent::{Purpose, withdraw};

    let house = House::build(pool).await;
    let (citizen_id, at) = (house.citizen_id, at("2026-11-18T09:00"));
    let mut connection = house.pool.acquire().await.expect("a connection");
    casework::record_consent(&mut connection, citizen_id, "2026-10", at).await.expect("written");
    assert!(casework::wants_messages(&mut connection, citizen_id).await.expect("read"));
    withdraw(&mut connection, citizen_id, Purpose::Messages, at).await.expect("withdrawn");
    casework::record_consent(&mut connection, citizen_id, "2026-11", at).await.expect("written");
    assert!(!casework::wants_messages(&mut connection, citizen_id).await.expect("read"), "they refused these alone");
    let refusers = casework::who_wants_no_messages(&mut connection, &[house.neighbour_id, citizen_id]).await;
    assert_eq!(refusers.expect("read"), [citizen_id]);

    withdraw(&mut connection, citizen_id, Purpose::Processing, at).await.expect("withdrawn");
    casework::record_consent(&mut connection, citizen_id, "2026-11", at).await.expect("written");
    assert!(casework::wants_messages(&mut connection, citizen_id).await.expect("read"), "they begin anew");
}
