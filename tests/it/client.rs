//! Everything that the client says to Zalo, heard by the small Zalo, which takes nothing that Zalo would refuse.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use sqlx::PgPool;
use zalo_petitions::MIGRATOR;
use zalo_petitions::sim::{Phone, Side};
use zalo_petitions::zalo::client::{Addressee, Client, Decision, Upload};
use zalo_petitions::zalo::message::{Attached, Button, Card, Message, Press, Template};
use zalo_petitions::zalo::upload::{self, UploadError, uploads};

use crate::app::TestApp;

/// The smallest PNG there is, as far as its first bytes tell.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

/// A house, somebody who has just written, and the token of the moment.
struct Call {
    app: TestApp,
    phone: Phone,
    token: SecretString,
}

impl Call {
    async fn to(pool: &PgPool) -> Self {
        let app = TestApp::start(pool).await;
        let phone = app.zalo.phone("Bà Lan");
        app.say(&phone, "Xin chào").await;
        let token = app.house.deliverer.tokens.access(app.now()).await.expect("a token").token;
        Self { app, phone, token }
    }

    fn client(&self) -> &Client {
        &self.app.house.deliverer.client
    }

    fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    async fn sends(&self, message: Message) {
        let sent =
            self.client().send(&self.token, &self.phone.user_id(), &message).await.expect("a message that is taken");
        let shown = self.phone.last_message().expect("a message");
        assert_eq!(sent.message_id, Some(shown.msg_id), "{message:?}");
    }

    async fn uploads(&self, kind: Upload, name: &str, bytes: &[u8]) -> Result<String, UploadError> {
        upload::upload(&self.app.pool, self.client(), &self.token, (kind, name, bytes.to_vec()), self.now()).await
    }
}

fn text(text: &str) -> Message {
    Message { text: text.into(), ..Message::default() }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_kind_of_message_is_taken_as_it_is_written(pool: PgPool) {
    let call = Call::to(&pool).await;
    let theirs = call.phone.messages().into_iter().find(|bubble| bubble.from == Side::Citizen).expect("a message");
    let button = |title: &str, press| Button { title: title.into(), press };
    let buttons = vec![
        button("Gửi", Press::Hide("#send".into())),
        button("Có", Press::Show("Có".into())),
        button("Xem", Press::Url("https://pakn.example/p/1".into())),
        button("Gọi", Press::Phone("842439000000".into())),
        button("Nhắn", Press::Sms { phone: "84912345678".into(), content: "Gọi lại giúp tôi".into() }),
    ];
    call.sends(Message { buttons, ..text("Ông/Bà chọn") }).await;
    call.sends(Message { quote: Some(theirs.msg_id), ..text("Vâng ạ") }).await;
    let image_url = "https://pakn.example/static/contact.png".to_owned();
    let card = Card { title: "Thông tin".into(), subtitle: "Bấm thẻ này".into(), image_url: image_url.clone() };
    call.sends(Message { card: Some(card), ..Message::default() }).await;
    call.sends(Message { attached: Some(Attached::ImageUrl(image_url)), ..text("Giấy hẹn") }).await;
    let image = call.uploads(Upload::Image, "giay-hen.png", PNG).await.expect("uploaded");
    call.sends(Message { attached: Some(Attached::Image(image.clone())), ..Message::default() }).await;
    let file = call.uploads(Upload::File, "tra-loi.pdf", PDF).await.expect("uploaded");
    call.sends(Message { attached: Some(Attached::File(file)), ..Message::default() }).await;

    call.app.clock.advance(TimeDelta::days(7) + TimeDelta::hours(1));
    call.phone.types("Còn đó không");
    let token = call.app.house.deliverer.tokens.access(call.now()).await.expect("a token").token;
    let late = Message { attached: Some(Attached::Image(image)), ..Message::default() };
    let refusal =
        call.client().send(&token, &call.phone.user_id(), &late).await.expect_err("uploads live for seven days");
    assert_eq!((refusal.code, refusal.decision), (Some(-100), Decision::Never));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn uploads_are_counted_and_the_month_has_an_end(pool: PgPool) {
    let call = Call::to(&pool).await;
    call.uploads(Upload::Image, "anh.png", PNG).await.expect("uploaded");
    assert_eq!(uploads(&pool, call.now()).await.expect("a count"), 1);
    let wrong = call.uploads(Upload::Image, "anh.png", PDF).await.expect_err("a PDF is no picture");
    assert!(matches!(wrong, UploadError::Refused(refusal) if refusal.code == Some(-201)));
    let large = vec![0; Upload::Image.limit() + 1];
    call.uploads(Upload::Image, "anh.png", &large).await.expect_err("too large even to ask");

    sqlx::query("update zalo_upload_count set uploads = 5000").execute(&pool).await.expect("a full month");
    let last = call.uploads(Upload::Image, "anh.png", PNG).await.expect_err("nothing is left");
    assert!(matches!(last, UploadError::Refused(refusal) if refusal.decision == Decision::UntilQuota));
    call.app.clock.advance(TimeDelta::days(13));
    let token = call.app.house.deliverer.tokens.access(call.now()).await.expect("a token").token;
    let next_month = Call { token, ..call };
    next_month.uploads(Upload::Image, "anh.png", PNG).await.expect("December has its own");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_zalo_knows_is_asked_for(pool: PgPool) {
    let call = Call::to(&pool).await;
    let (client, token) = (call.client(), &call.token);
    let user = client.user(token, &call.phone.user_id()).await.expect("somebody");
    assert_eq!(user.user_id.as_deref(), Some(call.phone.user_id().as_str()));
    assert_eq!(user.display_name.as_ref().map(|name| name.reveal().to_owned()).as_deref(), Some("Bà Lan"));
    let nobody = client.user(token, &call.app.settings.zalo_oa_id).await.expect_err("the account is no citizen");
    assert_eq!(nobody.code, Some(-201));
    let quota = client.quota_of(token, &call.phone.user_id()).await.expect("a quota");
    assert_eq!((quota.free_left, quota.free_total), (Some(7), Some(8)), "one reply was sent");
    assert!(!client.quota(token).await.expect("the account's").is_empty());
    assert!(client.template_quota(token).await.expect("the day's").is_some_and(|quota| quota.left.is_some()));
    let profile = client.profile(token).await.expect("the account");
    assert_eq!(profile.oa_id.as_deref(), Some(call.app.settings.zalo_oa_id.as_str()));
    assert!(profile.name.is_some() && profile.package_until.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_template_goes_by_user_and_by_phone(pool: PgPool) {
    let call = Call::to(&pool).await;
    call.phone.has_number("84901234567");
    let data = [("name", "Bà Lan"), ("reference", "HN-1"), ("title", "Sổ đỏ quá hẹn"), ("news", "Đã có trả lời")];
    let data = data.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let template = Template { id: "300001".into(), data };
    let user_id = call.phone.user_id();
    for to in [Addressee::User(&user_id), Addressee::Phone { number: "+84901234567", tracking_id: "pakn-7" }] {
        let sent = call.client().send_template(&call.token, to, &template).await.expect("taken");
        let shown = call.phone.last_message().expect("a message");
        assert_eq!((sent.message_id, shown.template_id.as_deref()), (Some(shown.msg_id.clone()), Some("300001")));
        assert!(shown.text.contains("Đã có trả lời"), "{}", shown.text);
    }
    let long = Template { data: [("name".to_owned(), "ệ".repeat(31))].into_iter().collect(), ..template };
    let refusal = call.client().send_template(&call.token, Addressee::User(&user_id), &long).await;
    assert_eq!(refusal.expect_err("not as it was approved").decision, Decision::Never);
}
