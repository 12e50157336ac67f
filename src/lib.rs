//! The house. One room a concept; the arrows say who may know whom.
//!
//! ```text
//! main      → app, sim, sandbox
//! app       → every room below it
//! inbox     → casework, outbox, attachment, dialog, zalo
//! admin     → casework, officer, report, petition, attachment, outbox, dialog, gazetteer, http, zalo
//! public    → casework, petition, officer, report, attachment, http
//! connector → casework, petition
//! report    → petition
//! casework  → outbox, officer, petition, scope, gazetteer, zalo
//! outbox    → zalo
//! attachment→ zalo
//! dialog    → scope, gazetteer
//! sim       → zalo, http
//! sandbox   →
//! petition  →
//! officer   →
//! zalo      →
//! scope     →
//! gazetteer →
//! http      →
//! anyone    → batch, config, telemetry, clock, memory, privacy, worker, vietnamese, vocabulary
//! pure      : dialog, gazetteer, scope
//! ```
//!
//! `tests/house.rs` reads this list and holds the sources against it.
//!
//! # The road of one petition
//!
//! 1. **Knock** ([`inbox::webhook`]): the raw body is verified; a wrong signature is 401.
//! 2. **Store** ([`inbox::insert`]): one durable row, together with those that arrived meanwhile ([`batch`]), then 200.
//! 3. **Claim** ([`inbox::store::claim`]): the oldest waiting event of each citizen; its row is the lock of the lane.
//! 4. **Recall** ([`inbox::Checkpoint`]): the session before the event, from Redis, or rebuilt from the inbox.
//! 5. **Think** ([`dialog::step()`]): pure.
//! 6. **Act** (`inbox::act`): reply, reminder, filing, lookup, in the turn's transaction.
//! 7. **Remember, then commit** ([`inbox::Turns`]).
//!
//!    What came along is noted in the same transaction, and **fetched** beside the road ([`attachment::Keeper`]).
//! 8. **Send** ([`outbox::Deliverer`]): claim on a lease, commit, send, settle together with what was sent meanwhile.
//! 9. **Answer, publish, tell** ([`admin`] → [`casework`]): status, history and notice in one transaction.
//! 10. **Read** ([`public`]): `GET /p/{reference}`.
//!
//! # When the process dies
//!
//! Tests are named as in `tests/it`; `crash::kill_nine` kills two instances of the real program in turn, under load.
//!
//! | where | what is left | what happens next | test |
//! |---|---|---|---|
//! | before the event is committed | nothing; Zalo got no 200 | Zalo repeats the event | `webhook::while_the_database_is_away_zalo_is_asked_to_come_again` |
//! | after that, before the 200 | the event | Zalo repeats it; the dedupe key keeps one | `webhook::a_repeated_delivery_is_answered_and_stored_once` |
//! | after the 200 | the event, whatever else was in its batch | it is claimed and answered | `crash::what_was_acknowledged_outlives_kill_nine` |
//! | claimed, or while thinking | the event waits, its lane is free again | it is claimed again and thought the same | `crash::a_claim_dies_with_its_worker` |
//! | remembered in Redis, not committed | Redis is one event ahead | the checkpoint's `before` serves the repetition | `crash::a_turn_that_was_remembered_but_not_committed_is_thought_again` |
//! | committed, nobody woken | the reply waits in the outbox | the next round of any instance sends it | `crash::a_reply_that_nobody_was_woken_for_is_sent` |
//! | message claimed, not sent | a lease of a minute | it lapses; the next worker sends, marked `perhaps_twice` | `outbox::lane::a_lapsed_lease_is_taken_over_and_the_late_worker_settles_nothing` |
//! | told to stop (SIGTERM) while Zalo does not answer | nothing: after eight seconds the leases are given back | another instance sends, marked `perhaps_twice` | `instances::a_stop_lets_go_of_what_zalo_does_not_answer_and_another_sends_it` |
//! | stopped (SIGSTOP) inside a transaction | its locks: a lane, the day's counter of all who file | Postgres ends it after five seconds; others go on, and the one that wakes up begins anew | `instances::a_process_that_stands_still_in_the_middle_of_a_filing_stops_nobody_elses` |
//! | stopped (SIGSTOP) past its lease | a worker that wakes up late | others have taken over; it settles nothing | `instances::three_processes_are_one_service_whatever_happens_to_one` |
//! | **sent, not settled** | the same lease | sent again, marked `perhaps_twice`: **the one thing that can happen twice** | `crash::kill_nine` |
//! | while an attachment is fetched, or kept and not settled | a lease of five minutes, perhaps bytes under its name | it lapses; the next worker fetches again, a late one deletes what it brought | `media::keeping::a_lapsed_fetch_is_taken_over_and_a_late_one_leaves_nothing` |
//! | while a dropped attachment's bytes are deleted | the row, marked as dropped | the next round deletes again, then the row | `media::leaving::what_is_emptied_loses_its_photo_even_while_it_is_fetched` |
//! | while the token is refreshed | a claim and a lock that lapse; perhaps a refresh token already spent | another process refreshes, or log and page say how to consent again | `token::a_process_that_died_while_refreshing_is_waited_for_and_then_replaced` |
//! | while the audit log is sealed | lines without a number: a round is one transaction | the next round of any instance seals them | `audit::a_line_that_is_committed_late_is_sealed_late` |
//! | while those who are late are urged | some are, each under a key of its own | the next round of any instance urges the others, nobody twice | `deadlines::reminders::the_clock_reminds_once_when_a_date_is_near_and_once_when_it_has_passed` |
//! | while an officer's change is made | nothing: petition, history and notice are one transaction | the officer does it again | `casework::without_its_notice_nothing_is_published` |

// One program, documented for those who work on it: private items are part of the map.
#![allow(rustdoc::private_intra_doc_links)]

#[macro_use]
pub mod vocabulary;

pub mod admin;
pub mod app;
pub mod attachment;
pub mod batch;
pub mod casework;
pub mod clock;
pub mod config;
pub mod dialog;
pub mod gazetteer;
pub mod http;
pub mod inbox;
pub mod memory;
pub mod officer;
pub mod outbox;
pub mod petition;
pub mod privacy;
pub mod public;
pub mod report;
pub mod sandbox;
pub mod scope;
pub mod sim;
pub mod telemetry;
pub mod vietnamese;
pub mod worker;
pub mod zalo;

/// All migrations, in order; `migrate` and `serve` apply them.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
