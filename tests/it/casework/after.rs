//! What the sender does with a petition after filing. Tuesday 24/11 is a day of rest.

use super::*;
use zalo_petitions::casework::{FollowUp, Followed, SupplementRequest};
use zalo_petitions::petition::follow_up::{self, Occasion};

impl House {
    fn given(&self, reference: &str, draft_key: &str, answers: &[(&str, &str)]) -> FollowUp {
        FollowUp {
            citizen_id: self.citizen_id,
            reference: reference.to_owned(),
            draft_key: draft_key.to_owned(),
            answers: answers.iter().map(|(name, answer)| ((*name).to_owned(), Personal::new(*answer))).collect(),
            attachments: Vec::new(),
        }
    }

    async fn supplement(&self, given: &FollowUp, at: DateTime<Utc>) -> Result<Followed, CaseError> {
        let mut transaction = self.pool.begin().await?;
        let followed = casework::supplement(&self.rules, &mut transaction, given, at).await?;
        transaction.commit().await?;
        Ok(followed)
    }

    async fn withdraw(&self, given: &FollowUp, at: DateTime<Utc>) -> Result<Followed, CaseError> {
        let mut transaction = self.pool.begin().await?;
        let followed = casework::withdraw(&self.rules, &mut transaction, given, at).await?;
        transaction.commit().await?;
        Ok(followed)
    }

    async fn reopen(&self, given: &FollowUp, at: DateTime<Utc>) -> Result<Followed, CaseError> {
        let mut transaction = self.pool.begin().await?;
        let followed = casework::reopen(&self.rules, &mut transaction, given, at).await?;
        transaction.commit().await?;
        Ok(followed)
    }

    async fn rate(&self, given: &FollowUp, at: DateTime<Utc>) -> Result<Followed, CaseError> {
        let mut transaction = self.pool.begin().await?;
        let followed = casework::rate(&self.rules, &mut transaction, given, at).await?;
        transaction.commit().await?;
        Ok(followed)
    }

    async fn request(&self, hand: Hand<'_>, asked: &str, words: &str) -> Result<(), CaseError> {
        let request = SupplementRequest { asked: asked.to_owned(), words: words.to_owned() };
        let mut transaction = self.pool.begin().await?;
        casework::request_supplement(&self.rules, &mut transaction, hand, &request).await?;
        Ok(transaction.commit().await?)
    }

    async fn asked(&self, reference: &str, at: DateTime<Utc>) {
        let hand = self.hand(reference, at).await;
        self.request(hand, "ảnh giấy hẹn", "Gửi giúp ảnh giấy hẹn để phường tra hồ sơ.").await.expect("asked");
    }

    async fn told(&self, reference: &str) -> Vec<follow_up::Supplement> {
        let petition = self.petition(reference).await;
        let mut connection = self.pool.acquire().await.expect("a connection");
        follow_up::of(&mut connection, petition.petition_id).await.expect("read")
    }

    /// Answered on 20/11 at 10h, published an hour later.
    async fn published(&self) -> String {
        let (reference, proposal) = self.answered().await;
        self.publish(self.hand(&reference, at("2026-11-20T11:00")).await, &proposal).await.expect("published");
        reference
    }

    async fn another_officer(&self) -> i64 {
        let id = sqlx::query_scalar!(
            "insert into officer (login, name, agency_id, role, password_hash, created_at)
             values ('minh', 'Phạm Minh', 'HN-VP', 'focal_office', 'x', $1) returning officer_id",
            at("2026-11-01T08:00")
        );
        id.fetch_one(&self.pool).await.expect("an officer")
    }
}

fn refused(result: Result<Followed, CaseError>) -> Status {
    match result {
        Err(CaseError::NotAllowed { from }) => from,
        other => panic!("{other:?} should not be allowed"),
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_clock_stands_still_until_what_was_asked_for_comes(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    house.accept(house.hand(&reference, at("2026-11-18T14:20")).await, WARD).await.expect("accepted");
    house.asked(&reference, at("2026-11-20T10:00")).await;

    let petition = house.petition(&reference).await;
    assert_eq!(petition.status, Status::AwaitingSupplement);
    let awaiting = petition.awaiting.clone().expect("what is awaited");
    assert_eq!((awaiting.asked.as_str(), awaiting.due_at), ("ảnh giấy hẹn", at("2026-11-30T17:00")));
    let notice = house.messages().await.pop().expect("a notice");
    assert!(notice.text.contains("cần thêm: ảnh giấy hẹn. UBND phường Cửa Nam hỏi: \"Gửi giúp"), "{}", notice.text);
    assert!(notice.text.contains("⏰ hạn 17h thứ Hai 30/11/2026"), "{}", notice.text);
    let presses: Vec<Press> = notice.buttons.iter().map(|button| button.press.clone()).collect();
    let hide = |name: &str| Press::Hide(format!("{name}:{reference}"));
    assert_eq!(presses, [hide("#gone"), hide("#person"), hide("#later")]);
    let known = house.known(at("2026-11-21T09:00")).await.remove(0);
    assert_eq!(known.status_line, "chờ Ông/Bà gửi ảnh giấy hẹn, hạn 30/11/2026");
    assert!(known.detail.contains("UBND phường Cửa Nam hỏi từ 10h thứ Sáu 20/11"), "{}", known.detail);
    assert_eq!(known.awaiting, Some(("ảnh giấy hẹn".to_owned(), "17h thứ Hai 30/11/2026".to_owned())));

    let mut given = house.given(&reference, "event-9", &[("words", "ảnh mờ tí thông cảm")]);
    given.attachments = vec![Enclosure { kind: "image".to_owned(), ..Enclosure::default() }; 11];
    let followed = house.supplement(&given, at("2026-11-26T08:30")).await.expect("supplemented");
    // 23, 25 and 26 November were worked; the 24th is a day of rest
    assert_eq!(followed.answer_due_at, at("2026-12-15T17:00"));
    assert_eq!(followed.agency, "UBND phường Cửa Nam");
    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.awaiting), (Status::Supplemented, None));
    let told = house.told(&reference).await;
    assert_eq!((told[0].occasion, told[0].attachments.len()), (Occasion::Asked, 10));
    assert!(house.known(at("2026-11-26T09:00")).await[0].detail.contains("ĐANG GIẢI QUYẾT"));

    let before = house.everything().await;
    let again = house.supplement(&given, at("2026-11-27T08:30")).await.expect("the same draft");
    assert_eq!((again, house.everything().await), (followed, before), "one draft files once");
    assert_eq!(house.told(&reference).await.len(), 1);

    let hand = house.hand(&reference, at("2026-11-27T09:00")).await;
    assert!(matches!(house.accept(hand, WARD).await, Err(CaseError::NotAllowed { .. })), "it was accepted before");
    let refusal = house.refuse(hand, "field_report", "Việc này do kênh khác nhận.").await;
    assert!(matches!(refusal, Err(CaseError::NotAllowed { .. })), "what was accepted is answered");
    house.answer(hand, &good_answer()).await.expect("the agency goes on where it stopped");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn asked_before_it_was_accepted_a_petition_is_accepted_later(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    house.asked(&reference, at("2026-11-18T14:10")).await;
    let given = house.given(&reference, "event-9", &[("state", "gone")]);
    house.supplement(&given, at("2026-11-19T10:10")).await.expect("supplemented");
    let petition = house.petition(&reference).await;
    assert_eq!(petition.accept_due_at, at("2026-11-19T15:10"), "5 of the 8 working hours stood still");
    assert_eq!(petition.answer_due_at, at("2026-12-11T17:00"));
    assert_eq!(house.told(&reference).await[0].occasion, Occasion::Gone);
    assert!(house.known(at("2026-11-19T11:00")).await[0].detail.contains("CHỜ TIẾP NHẬN"));
    let hand = house.hand(&reference, at("2026-11-19T11:00")).await;
    assert!(matches!(house.answer(hand, &good_answer()).await, Err(CaseError::NotAllowed { .. })), "not accepted yet");
    house.accept(hand, WARD).await.expect("accepted");
    assert_eq!(
        house.history(&reference).await[1..3],
        [
            "request_supplement: submitted → awaiting_supplement (Nguyễn Thị Lan)",
            "supplement: awaiting_supplement → supplemented (-)"
        ]
    );
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_request_is_short_says_what_for_and_comes_from_a_page_that_is_true(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let hand = house.hand(&reference, at("2026-11-18T14:10")).await;
    let words = "Gửi giúp ảnh giấy hẹn để phường tra hồ sơ.";
    assert_eq!(field(house.request(hand, " . ", words).await), "asked");
    assert_eq!(field(house.request(hand, &"a".repeat(81), words).await), "asked");
    assert_eq!(field(house.request(hand, "ảnh giấy hẹn", "gửi đi").await), "words");
    let stale = Hand { version: hand.version - 1, ..hand };
    assert!(matches!(house.request(stale, "ảnh giấy hẹn", words).await, Err(CaseError::Stale)));
    house.request(hand, "ảnh giấy hẹn.", words).await.expect("asked");
    assert_eq!(house.petition(&reference).await.awaiting.expect("awaited").asked, "ảnh giấy hẹn");
    let hand = house.hand(&reference, at("2026-11-18T14:20")).await;
    assert!(matches!(house.request(hand, "ảnh giấy hẹn", words).await, Err(CaseError::NotAllowed { .. })), "once");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_added_unasked_moves_nothing_and_is_read_before_the_next_move(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let hand = house.hand(&reference, at("2026-11-18T14:10")).await;
    let due = house.petition(&reference).await.answer_due_at;
    let given = house.given(&reference, "event-9", &[("words", "Số hồ sơ\0 là 12.")]);
    let followed = house.supplement(&given, at("2026-11-18T14:20")).await.expect("added");
    assert_eq!((followed.answer_due_at, followed.agency.as_str()), (due, "Văn phòng UBND Thành phố"));
    assert_eq!(house.petition(&reference).await.status, Status::Submitted);
    let told = house.told(&reference).await;
    assert_eq!((told[0].occasion, told[0].words.reveal()), (Occasion::Added, "Số hồ sơ là 12."));
    assert_eq!(house.history(&reference).await[1], "add: submitted → submitted (-)");
    assert!(matches!(house.accept(hand, WARD).await, Err(CaseError::Stale)), "the officer reads it first");
    let nothing = house.supplement(&house.given(&reference, "event-10", &[]), at("2026-11-18T14:30")).await;
    assert_eq!(field(nothing.map(|_| ())), "words");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_its_sender_does_anything_with_a_petition(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.published().await;
    let before = house.everything().await;
    let answers = [("words", "không phải của tôi"), ("confirmed", "yes"), ("overall", "1")];
    let given = FollowUp { citizen_id: house.neighbour_id, ..house.given(&reference, "event-9", &answers) };
    let now = at("2026-11-20T12:00");
    for result in [
        house.supplement(&given, now).await,
        house.withdraw(&given, now).await,
        house.reopen(&given, now).await,
        house.rate(&given, now).await,
    ] {
        assert!(matches!(result, Err(CaseError::Missing)), "{result:?}");
    }
    assert_eq!(house.everything().await, before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_is_withdrawn_once_while_it_is_open(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    house.asked(&reference, at("2026-11-18T14:10")).await;
    let given = house.given(&reference, "event-9", &[("confirmed", "yes"), ("reason", "đã được giải quyết")]);
    let followed = house.withdraw(&given, at("2026-11-18T15:00")).await.expect("withdrawn");
    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.awaiting), (Status::Withdrawn, None));
    assert_eq!(petition.closed_at, Some(at("2026-11-18T15:00")));
    assert_eq!(house.told(&reference).await[0].words.reveal(), "đã được giải quyết");
    assert_eq!(house.withdraw(&given, at("2026-11-18T15:01")).await.expect("the same draft"), followed);
    let later = at("2026-11-18T15:02");
    let other = house.given(&reference, "event-10", &[("words", "gửi thêm")]);
    assert_eq!(refused(house.withdraw(&other, later).await), Status::Withdrawn);
    assert_eq!(refused(house.supplement(&other, later).await), Status::Withdrawn);
    let known = house.known(later).await.remove(0);
    assert!(!known.can_supplement && !known.can_withdraw && !known.can_reopen && !known.can_rate);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn reopened_it_goes_above_and_to_somebody_else_once(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.published().await;
    assert!(house.known(at("2026-12-20T10:00")).await[0].can_reopen);
    assert!(!house.known(at("2026-12-20T12:00")).await[0].can_reopen, "30 days are over");
    let given = house.given(&reference, "event-9", &[("words", "trả lời chung chung")]);
    assert_eq!(refused(house.reopen(&given, at("2026-12-20T12:00")).await), Status::Published);
    let empty = house.given(&reference, "event-8", &[("reason", "whatever")]);
    assert_eq!(field(house.reopen(&empty, at("2026-11-23T09:00")).await.map(|_| ())), "words");

    let followed = house.reopen(&given, at("2026-11-23T09:00")).await.expect("reopened");
    assert_eq!(followed.agency, "Văn phòng UBND Thành phố");
    assert_eq!(followed.answer_due_at, at("2026-12-15T17:00"), "15 working days, without the 24th");
    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.handling_agency_id.as_deref()), (Status::Reopened, Some("HN-VP")));
    assert_eq!((petition.answered_at, petition.closed_at), (None, None));
    let known = house.known(at("2026-11-23T10:00")).await.remove(0);
    assert!(known.detail.contains("Đang ở: Văn phòng UBND Thành phố, từ 9h thứ Hai 23/11"), "{}", known.detail);
    assert!(known.is_reopened && known.can_supplement && !known.can_reopen);
    assert_eq!(house.reopen(&given, at("2026-11-23T11:00")).await.expect("the same draft"), followed);

    let hand = house.hand(&reference, at("2026-11-25T09:00")).await;
    assert_eq!(field(house.answer(hand, &good_answer()).await), "did", "the officer who answered before");
    let hand = Hand { officer_id: house.another_officer().await, ..hand };
    house.answer(hand, &good_answer()).await.expect("somebody else answers");
    let petition = house.petition(&reference).await;
    let mut connection = house.pool.acquire().await.expect("a connection");
    let kept = answer::latest(&mut connection, petition.petition_id).await.expect("read").expect("an answer");
    let proposal = casework::publication_proposal(&petition, &kept);
    drop(connection);
    house.publish(house.hand(&reference, at("2026-11-25T10:00")).await, &proposal).await.expect("published");
    let notice = house.messages().await.pop().expect("a notice");
    assert!(notice.text.contains("đã được Văn phòng UBND Thành phố xem lại"), "{}", notice.text);
    let other = house.given(&reference, "event-10", &[("words", "vẫn chưa xong")]);
    assert_eq!(refused(house.reopen(&other, at("2026-11-26T09:00")).await), Status::Published);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_result_is_rated_once_answer_by_answer(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.published().await;
    let now = at("2026-11-20T12:00");
    assert!(house.known(now).await[0].can_rate);
    let rated = |draft: &str, answers: &[(&str, &str)]| house.given(&reference, draft, answers);
    house.rate(&rated("event-9", &[("version", "2026-11"), ("overall", "4")]), now).await.expect("rated");
    assert!(!house.known(now).await[0].can_rate && house.known(now).await[0].is_rated);
    let more = [("version", "2026-11"), ("overall", "4"), ("ease", "6"), ("comment", "gọi trước")];
    house.rate(&rated("event-9", &more), now).await.expect("completed");
    house.rate(&rated("event-10", &[("version", "2026-11"), ("overall", "1")]), now).await.expect("nothing changes");
    let survey = sqlx::query!("select overall, channels, ease, comment, text_version from survey");
    let survey = survey.fetch_one(&house.pool).await.expect("one survey");
    assert_eq!((survey.overall, survey.channels, survey.ease), (Some(4), None, None), "silence counts for nothing");
    assert_eq!((survey.comment.as_deref(), survey.text_version.as_str()), (Some("gọi trước"), "2026-11"));
    let lines = house.history(&reference).await;
    assert_eq!(lines.iter().filter(|line| line.starts_with("rate: published → published")).count(), 1);

    let open = house.file(&house.filing("draft-2"), now).await.expect("filed").reference;
    let early = house.given(&open, "event-11", &[("version", "2026-11"), ("overall", "5")]);
    assert_eq!(refused(house.rate(&early, now).await), Status::Submitted);
}
