//! The form as it was typed, read as the chat reads it: names, numbers, places, with what to enter instead.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::super::petition::FieldError;
use crate::dialog::Catalog;
use crate::dialog::answer::company::{self, TaxCode};
use crate::dialog::answer::moment;
use crate::dialog::answer::name::Name;
use crate::dialog::answer::phone::{self, Phone};
use crate::gazetteer::{self, Commune, Found};
use crate::petition::{Category, Source, SubmitterType};
use crate::privacy::Personal;
use crate::vietnamese::nfc;

const CONTENT_LENGTH: std::ops::RangeInclusive<usize> = 20..=10_000;
const TITLE_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
const HOUSE_LENGTH: std::ops::RangeInclusive<usize> = 3..=200;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub draft_key: String,
    pub source: String,
    pub submitter_type: String,
    pub submitter_name: String,
    /// A name of one word that was pointed out once already.
    pub name_asked: String,
    pub representative_name: String,
    pub tax_code: String,
    pub phone: String,
    pub email: String,
    /// The commune as it was told.
    pub place: String,
    /// The one chosen where several were meant.
    pub commune_code: String,
    pub address_detail: String,
    pub category: String,
    pub title: String,
    pub content: String,
    pub proposal: String,
    pub incident: String,
    pub incident_step: String,
    pub target_agency_code: String,
    pub target_agency_text: String,
    pub publish_consent: String,
    pub identity_confidential: String,
    /// Ticked: the sender heard the notice and agreed.
    pub consent: String,
}

/// What the form says, once nothing is wrong with it.
pub struct Read {
    pub source: Source,
    /// By the names of the registry.
    pub answers: BTreeMap<String, Personal>,
}

/// What is wrong, and what to choose from.
#[derive(Default)]
pub struct Wrong {
    pub errors: Vec<FieldError>,
    /// The communes that may be meant.
    pub communes: Vec<&'static Commune>,
    /// The name that is pointed out now.
    pub name_asked: String,
}

struct Reader<'a> {
    typed: &'a Typed,
    catalog: &'a Catalog,
    answers: BTreeMap<String, Personal>,
    wrong: Wrong,
}

/// Reads the form on a day in Hanoi.
pub fn read(typed: &Typed, catalog: &Catalog, today: NaiveDate) -> Result<Read, Wrong> {
    let mut reader = Reader { typed, catalog, answers: BTreeMap::new(), wrong: Wrong::default() };
    let source = typed.source.parse::<Source>().ok().filter(|source| *source != Source::Zalo);
    reader.must(source.is_some(), "source", "Chọn phản ánh đến bằng đường nào.");
    reader.sender();
    reader.reach();
    reader.address();
    reader.matter(today);
    reader.choices();
    match source.filter(|_| reader.wrong.errors.is_empty()) {
        Some(source) => Ok(Read { source, answers: reader.answers }),
        None => Err(reader.wrong),
    }
}

impl Reader<'_> {
    fn error(&mut self, field: &'static str, say: impl Into<String>) {
        self.wrong.errors.push(FieldError { field, say: say.into() });
    }

    fn must(&mut self, holds: bool, field: &'static str, say: &str) {
        if !holds {
            self.error(field, say);
        }
    }

    /// Keeps an answer that says something.
    fn keep(&mut self, name: &str, answer: &str) {
        let answer = plain(answer);
        if !answer.is_empty() {
            self.answers.insert(name.to_owned(), answer.into());
        }
    }

    fn sender(&mut self) {
        let kind = self.typed.submitter_type.parse::<SubmitterType>();
        let Ok(kind) = kind else { return self.error("submitter_type", "Chọn ai gửi phản ánh.") };
        self.keep("submitter_type", kind.name());
        match kind {
            SubmitterType::Individual => self.person(),
            SubmitterType::Enterprise | SubmitterType::Organisation => self.company(),
        }
    }

    fn person(&mut self) {
        match self.catalog.read_name(&plain(&self.typed.submitter_name)) {
            Name::Full(name) => self.keep("submitter_name", &name),
            // some people have one name: asked about once, as in the chat
            Name::Short(name) if name == self.typed.name_asked => self.keep("submitter_name", &name),
            Name::Short(name) => {
                self.error(
                    "submitter_name",
                    "Tên chỉ có một chữ: ghi đủ họ và tên, hoặc đúng vậy thì bấm ghi lần nữa.",
                );
                self.wrong.name_asked = name;
            }
            Name::NoName => self.error("submitter_name", "Ghi họ và tên người gửi, ví dụ: Trần Văn Bình."),
        }
    }

    fn company(&mut self) {
        let name = plain(&self.typed.submitter_name);
        self.must((2..=200).contains(&name.chars().count()), "submitter_name", "Ghi tên doanh nghiệp hoặc tổ chức.");
        self.keep("submitter_name", &name);
        match self.catalog.read_name_with_role(&plain(&self.typed.representative_name)) {
            Name::Full(name) => self.keep("representative_name", &name),
            _ => self.error("representative_name", "Ghi họ và tên người đại diện, ví dụ: Vũ Thị Hạnh, kế toán trưởng."),
        }
        match company::tax_code(&self.typed.tax_code) {
            TaxCode::Good(code) => self.keep("tax_code", &code),
            TaxCode::Absent => {}
            TaxCode::Doubtful(_) => {
                self.error("tax_code", "Mã số thuế có 10 hoặc 13 chữ số; xem lại từng chữ số, không có thì để trống.");
            }
        }
    }

    fn reach(&mut self) {
        let typed = plain(&self.typed.phone);
        match phone::read(&typed) {
            _ if typed.is_empty() => {}
            Phone::Good(number) => self.keep("phone", &number),
            Phone::Old { typed, now } => {
                let now = now.replacen("+84", "0", 1);
                self.error("phone", format!("Số {typed} là số cũ, nay là {now}: hỏi lại rồi ghi số mới."));
            }
            Phone::Hotline => self.error("phone", "Đây là số tổng đài: ghi số của người gửi, không có thì để trống."),
            Phone::Digits(count) => {
                self.error("phone", format!("Số có {count} chữ số; di động có 10 chữ số, bắt đầu bằng số 0."));
            }
            Phone::NoNumber => self.error("phone", "Ghi số điện thoại, ví dụ: 0912 345 678; không có thì để trống."),
        }
        let email = plain(&self.typed.email);
        let is_email = email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !email.contains(char::is_whitespace) && !host.ends_with('.')
        });
        self.must(email.is_empty() || is_email, "email", "Email viết như ten@noi.vn; không có thì để trống.");
        self.keep("email", &email);
    }

    fn address(&mut self) {
        let house = plain(&self.typed.address_detail);
        let place = plain(&self.typed.place);
        let chosen = gazetteer::commune(&self.typed.commune_code);
        match gazetteer::place(&place) {
            Found::One(commune) => self.commune(commune),
            Found::Split { old_name, candidates } => match chosen.filter(|chosen| candidates.contains(chosen)) {
                Some(commune) => self.commune(commune),
                None => self.choose(format!("“{old_name}” nay thuộc nhiều nơi: chọn phường, xã bây giờ."), candidates),
            },
            Found::Near { candidates } => match chosen.filter(|chosen| candidates.contains(chosen)) {
                Some(commune) => self.commune(commune),
                None => {
                    self.choose("Không có nơi nào tên đúng như vậy: chọn một nơi, hoặc gõ lại.".to_owned(), candidates)
                }
            },
            // outside the city the words are kept, as the chat keeps them
            Found::Elsewhere { said } => return self.elsewhere(&house, &said),
            Found::Nothing => {
                self.error("place", "Ghi tên phường, xã của người gửi, tên cũ cũng được; ngoài Hà Nội ghi cả tỉnh.");
            }
        }
        let fits = HOUSE_LENGTH.contains(&house.chars().count());
        self.must(fits, "address_detail", "Ghi số nhà, ngõ, phố hoặc thôn: 3 đến 200 ký tự.");
        self.keep("address_detail", &house);
    }

    fn commune(&mut self, commune: &Commune) {
        self.keep("commune_code", &commune.code);
        self.keep("province_code", &commune.province_code);
    }

    fn choose(&mut self, say: String, candidates: Vec<&'static Commune>) {
        self.error("place", say);
        self.wrong.communes = candidates;
    }

    fn elsewhere(&mut self, house: &str, said: &str) {
        let whole: Vec<&str> = [house, said].into_iter().filter(|part| !part.is_empty()).collect();
        self.keep("address_detail", &whole.join(", "));
    }

    fn matter(&mut self, today: NaiveDate) {
        let content = plain(&self.typed.content);
        let fits = CONTENT_LENGTH.contains(&content.chars().count());
        self.must(fits, "content", "Ghi lời người gửi: việc gì, ở đâu, từ hôm nào; 20 đến 10.000 ký tự.");
        self.keep("content", &content);
        self.keep("proposal", &self.typed.proposal);
        let Ok(category) = self.typed.category.parse::<Category>() else {
            return self.error("category", "Chọn loại việc.");
        };
        self.keep("category", category.name());
        let title = plain(&self.typed.title);
        match title.chars().count() {
            0 => self.keep("title", &self.catalog.propose_title(category.name(), &content)),
            count if TITLE_LENGTH.contains(&count) => self.keep("title", &title),
            _ => self.error("title", "Tiêu đề có 10 đến 200 ký tự; để trống thì máy đặt theo nội dung."),
        }
        self.keep("topic", self.catalog.topic_of(&content));
        if category == Category::OfficialConduct {
            self.conduct(today);
        }
        self.keep("target_agency_code", &self.typed.target_agency_code);
        self.keep("target_agency_text", &self.typed.target_agency_text);
    }

    fn conduct(&mut self, today: NaiveDate) {
        let incident = plain(&self.typed.incident);
        self.must(
            !incident.is_empty(),
            "incident",
            "Ghi xảy ra ở đâu, hôm nào, khoảng mấy giờ; nhớ đến đâu ghi đến đó.",
        );
        let moment = moment::read(&incident, today);
        self.keep("incident", &incident);
        self.keep("incident_on", &moment.on.map(|day| day.to_string()).unwrap_or_default());
        self.keep("incident_time", &moment.time.map(|time| time.to_string()).unwrap_or_default());
        self.keep("incident_step", &self.typed.incident_step);
    }

    fn choices(&mut self) {
        let is_answer = |text: &str| matches!(text, "yes" | "no");
        self.must(
            is_answer(&self.typed.publish_consent),
            "publish_consent",
            "Hỏi người gửi, rồi chọn cho đăng hay không.",
        );
        self.keep("publish_consent", &self.typed.publish_consent);
        let hidden = if self.typed.identity_confidential == "yes" { "yes" } else { "no" };
        self.keep("identity_confidential", hidden);
        let say = "Đọc thông báo cho người gửi, họ đồng ý thì đánh dấu; không đồng ý thì không ghi vào sổ này.";
        self.must(self.typed.consent == "yes", "consent", say);
    }
}

/// What was typed, without what nobody means.
fn plain(text: &str) -> String {
    nfc(text.replace("\r\n", "\n").replace('\0', "").trim())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    pub fn complete() -> Typed {
        let text = str::to_owned;
        Typed {
            source: text("hotline"),
            submitter_type: text("individual"),
            submitter_name: text("Trần Văn Bình"),
            phone: text("0912 345 678"),
            place: text("phường Láng"),
            address_detail: text("số 8 ngõ 30"),
            category: text("regulation_policy_procedure"),
            content: text("Tôi nộp hồ sơ trợ cấp hưu trí từ 5/10, hẹn 10 ngày, đến nay chưa có kết quả."),
            publish_consent: text("no"),
            consent: text("yes"),
            ..Typed::default()
        }
    }

    fn tried(change: impl FnOnce(&mut Typed)) -> Result<Read, Wrong> {
        let catalog = Catalog::load(Path::new("dialogs")).expect("dialogs");
        let mut typed = complete();
        change(&mut typed);
        read(&typed, &catalog, NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day"))
    }

    fn refused(change: impl FnOnce(&mut Typed)) -> Vec<&'static str> {
        tried(change).err().expect("a refusal").errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_form_is_read_as_the_chat_reads_it() {
        let read = tried(|_| {}).unwrap_or_else(|wrong| panic!("{}", wrong.errors[0].say));
        let answer = |name: &str| read.answers.get(name).map_or("", Personal::reveal);
        assert_eq!((answer("phone"), answer("topic")), ("+84912345678", "social_allowance"));
        assert!(!answer("commune_code").is_empty() && answer("province_code") == "01");
        assert!(answer("title").starts_with("Trợ cấp hưu trí xã hội"), "{}", answer("title"));
    }

    #[test]
    fn every_field_says_what_to_enter() {
        assert_eq!(refused(|typed| typed.source = "zalo".to_owned()), ["source"]);
        assert_eq!(refused(|typed| typed.submitter_name = "không thích khai".to_owned()), ["submitter_name"]);
        assert_eq!(refused(|typed| typed.phone = "0168 123 4567".to_owned()), ["phone"]);
        assert_eq!(refused(|typed| typed.phone = "1900 1009".to_owned()), ["phone"]);
        assert_eq!(refused(|typed| typed.email = "a@b".to_owned()), ["email"]);
        assert_eq!(refused(|typed| typed.place = "phường Không Có".to_owned()), ["place"]);
        assert_eq!(refused(|typed| typed.content = "ngắn".to_owned()), ["content"]);
        assert_eq!(refused(|typed| typed.category = "official_conduct".to_owned()), ["incident"]);
        assert_eq!(refused(|typed| typed.submitter_type = "enterprise".to_owned()), ["representative_name"]);
        let nothing = refused(|typed| *typed = Typed::default());
        assert_eq!(
            nothing,
            [
                "source",
                "submitter_type",
                "place",
                "address_detail",
                "content",
                "category",
                "publish_consent",
                "consent"
            ]
        );
    }

    #[test]
    fn an_old_ward_that_was_divided_is_asked_about() {
        let wrong = tried(|typed| typed.place = "Láng Hạ".to_owned()).err().expect("a question");
        assert_eq!(wrong.errors[0].field, "place");
        let code = wrong.communes[0].code.clone();
        let read = tried(|typed| (typed.place, typed.commune_code) = ("Láng Hạ".to_owned(), code.clone()));
        assert_eq!(read.ok().expect("read").answers["commune_code"].reveal(), code);
    }

    #[test]
    fn a_name_of_one_word_is_asked_about_once() {
        let wrong = tried(|typed| typed.submitter_name = "Mai".to_owned()).err().expect("a question");
        assert_eq!(wrong.name_asked, "Mai");
        assert!(tried(|typed| (typed.submitter_name, typed.name_asked) = ("Mai".to_owned(), "Mai".to_owned())).is_ok());
    }
}
