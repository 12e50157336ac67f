//! What people type (voice.md 5): every listed word, however it is typed, means what it must where it counts.

use std::path::Path;
use std::sync::LazyLock;

use chrono::TimeDelta;
use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::dialog::Draft;
use crate::vietnamese::fold;

pub(super) static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogs")).expect("dialogs without problems")
});

/// A conversation, a minute between two messages.
#[derive(Clone)]
pub(super) struct Chat {
    pub session: Session,
    facts: Facts,
    at: DateTime<Utc>,
    events: u32,
    /// The last reply with its buttons in brackets.
    pub said: String,
    pub filed: Option<Draft>,
}

impl Chat {
    pub fn new() -> Self {
        Self {
            session: Session::default(),
            facts: Facts::default(),
            at: "2026-11-18T02:10:00Z".parse().expect("a time"),
            events: 0,
            said: String::new(),
            filed: None,
        }
    }

    /// With the notice agreed to, and these messages said.
    pub fn after(messages: &[&str]) -> Self {
        let mut chat = Self::new();
        chat.facts.consent_version = Some(CATALOG.consent_version().to_owned());
        messages.iter().for_each(|message| chat.hear(message));
        chat
    }

    pub fn hear(&mut self, text: &str) {
        self.at += TimeDelta::minutes(1);
        self.events += 1;
        let heard = Heard::Message { text: text.into(), attachments: Vec::new() };
        let turn = step(&CATALOG, &self.session, &heard, &self.facts, self.at, &format!("event-{}", self.events));
        self.session = turn.session;
        self.said.clear();
        for effect in turn.effects {
            match effect {
                Effect::Say(say) => {
                    let titles: Vec<&str> = say.buttons.iter().map(|button| button.title.as_str()).collect();
                    self.said = format!("{} [{}]", say.text, titles.join("] ["));
                }
                Effect::File(draft) => self.filed = Some(draft),
                Effect::Consent { version } => self.facts.consent_version = Some(version),
                _ => {}
            }
        }
    }

    pub fn answer(&self, name: &str) -> Option<&str> {
        self.session.open.as_ref()?.answer(name)
    }

    /// The id of the open step.
    pub fn step(&self) -> &str {
        self.session.open.as_ref().map_or("", |open| &open.step)
    }
}

pub(super) const STORY: &str = "Tôi nộp hồ sơ trợ cấp ở phường Cửa Nam từ 5/10, quá hẹn 10 ngày rồi";
const NO_AGENCY: &str = "Tôi nộp hồ sơ trợ cấp từ 5/10, hẹn 10 ngày, nay chưa có kết quả";
const CONDUCT: &str = "cán bộ phường Láng quát mắng tôi, thái độ rất hách dịch, tôi rất bức xúc";

/// Where a word counts: what was said before.
fn at_name() -> Chat {
    Chat::after(&[STORY])
}

fn at_phone() -> Chat {
    Chat::after(&[STORY, "Trần Văn Bình"])
}

fn at_address() -> Chat {
    Chat::after(&[STORY, "Trần Văn Bình", "0912345678"])
}

fn at_agency() -> Chat {
    Chat::after(&[NO_AGENCY])
}

fn at_review() -> Chat {
    Chat::after(&[STORY, "Trần Văn Bình", "0912345678", "số 8 ngõ 30, phường Cửa Nam"])
}

fn at_conduct_review() -> Chat {
    Chat::after(&[CONDUCT, "sáng nay, quầy 2", "Trần Văn Bình", "0912345678", "số 8 ngõ 30, phường Cửa Nam"])
}

/// The ways in which one word reaches us.
fn ways_to_type(word: &str) -> Vec<String> {
    let mut ways = vec![
        word.to_owned(),
        fold(word),
        word.to_uppercase(),
        word.nfd().collect(),
        format!("{word}."),
        format!("\u{a0}{word}\u{200b} "),
    ];
    if word.chars().any(char::is_alphanumeric) {
        ways.extend([
            format!("{word} ạ"),
            format!("dạ {word} nha"),
            format!("{word} nhé ad"),
            format!("{word}!!!"),
            format!("{word} 🙏"),
        ]);
    }
    ways
}

/// Says every word in every way to a copy of `chat`, and names those after which `is_right` does not hold.
fn wrong(chat: &Chat, words: &[&str], is_right: impl Fn(&Chat) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for word in words {
        for typed in ways_to_type(word) {
            let mut chat = chat.clone();
            chat.hear(&typed);
            if !is_right(&chat) {
                wrong
                    .push(format!("{typed:?} → {}", chat.said.replace('\n', " ").chars().take(90).collect::<String>()));
            }
        }
    }
    wrong
}

#[track_caller]
fn hold(chat: &Chat, words: &[&str], is_right: impl Fn(&Chat) -> bool) {
    let wrong = wrong(chat, words, is_right);
    assert!(wrong.is_empty(), "after «{}»:\n{}", chat.said.replace('\n', " "), wrong.join("\n"));
}

#[test]
fn yes_and_no_answer_the_notice() {
    let chat = {
        let mut chat = Chat::new();
        chat.hear(STORY);
        chat
    };
    let yes = [
        "có",
        "vâng",
        "vg",
        "dạ",
        "dạ vâng",
        "ừ",
        "ừm",
        "ờ",
        "uh",
        "uk",
        "uhm",
        "ừa",
        "dzạ",
        "zâng",
        "phải",
        "phải rồi",
        "đúng",
        "đúng rồi",
        "đúng r",
        "đr",
        "dg r",
        "chuẩn",
        "chuẩn rồi",
        "chính xác",
        "ok",
        "oke",
        "okie",
        "oki",
        "okela",
        "ô kê",
        "okê",
        "y",
        "yes",
        "được",
        "đc",
        "dc",
        "đồng ý",
        "đ.ý",
        "dy",
        "nhất trí",
        "tất nhiên",
        "👍",
        "👌",
        "✅",
        "👍🏻",
        "👍👍",
        "okeeee",
        "đúngggg rồi",
        "ok ạ",
        "1",
        "1.",
        "số 1",
        "chọn 1",
    ];
    hold(&chat, &yes, |chat| chat.said.starts_with("Đã ghi đồng ý"));
    let no = [
        "không",
        "ko",
        "k",
        "kg",
        "kh",
        "khg",
        "hk",
        "hok",
        "hông",
        "hong",
        "hổng",
        "hơm",
        "hem",
        "hẻm",
        "nỏ",
        "chưa",
        "chưa đúng",
        "sai",
        "sai rồi",
        "không phải",
        "ko phải",
        "k pải",
        "đâu có",
        "no",
        "nô",
        "n",
        "👎",
        "❌",
        "khônggg",
        "thôi",
    ];
    hold(&chat, &no, |chat| chat.said.starts_with("Tôi không giữ thông tin"));
}

#[test]
fn an_optional_question_is_skipped() {
    let skip = [
        "bỏ qua",
        "bỏ",
        "qua",
        "qua đi",
        "skip",
        "next",
        "tiếp",
        "để trống",
        "không có",
        "ko có",
        "k có",
        "hông có",
        "hổng có",
        "chả có",
        "làm gì có",
        "-",
        "x",
        "không cần",
    ];
    hold(&at_agency(), &skip, |chat| chat.step() == "name");
    let unknown = [
        "không biết",
        "ko bít",
        "k biết",
        "hổng biết",
        "hem bik",
        "không rõ",
        "ko rõ",
        "không nhớ",
        "quên rồi",
        "quên mất",
        "chịu",
        "mô biết",
    ];
    hold(&at_agency(), &unknown, |chat| chat.step() == "name");
    hold(&at_phone(), &skip, |chat| chat.said.starts_with("Có số thì cán bộ gọi được"));
}

#[test]
fn done_ends_what_may_have_more() {
    let mut chat = at_review();
    chat.hear("sửa mục 8");
    let done = [
        "xong",
        "xong rồi",
        "xg",
        "hết",
        "hết rồi",
        "thế thôi",
        "vậy thôi",
        "vậy đó",
        "rứa thôi",
        "đủ rồi",
        "chỉ vậy",
        "không còn",
        "gửi đi",
        "thôi",
    ];
    hold(&chat, &done, |chat| chat.step() == "review" && chat.said.contains("CƠ QUAN"));
}

#[test]
fn back_goes_back() {
    let back = [
        "quay lại",
        "quay về",
        "lùi",
        "lùi lại",
        "trở lại",
        "back",
        "câu trước",
        "mục trước",
        "nhầm",
        "nhầm rồi",
        "lộn",
        "lộn rồi",
        "gõ nhầm",
        "ấn nhầm",
        "bấm lộn",
    ];
    hold(&at_phone(), &back, |chat| chat.step() == "name");
    hold(&at_review(), &back, |chat| chat.step() == "address");
    hold(&at_address(), &back, |chat| chat.step() == "phone");
}

#[test]
fn an_item_is_edited_by_number_or_name() {
    hold(&at_review(), &["sửa", "chỉnh lại", "cho sửa", "sửa dùm"], |chat| {
        chat.said.starts_with("Sửa mục nào?")
    });
    for chat in [at_review(), at_address()] {
        let third = ["sửa mục 3", "sửa 3", "sửa số 3", "s3", "mục 3", "thay địa chỉ", "sai địa chỉ rồi", "sửa mục ba"];
        hold(&chat, &third, |chat| chat.step() == "address");
        hold(&chat, &["sửa tên", "sai tên rồi", "sửa mục 1"], |chat| chat.step() == "sender");
        let phone = ["đổi số điện thoại", "đổi sđt", "sđt sai", "sửa sđt", "sai số rồi", "sai sđt rồi", "đổi đt"];
        hold(&chat, &phone, |chat| chat.step() == "phone");
        hold(&chat, &["sửa mục 99", "sửa mục 0"], |chat| chat.said.starts_with("Tôi chưa tìm thấy mục này"));
    }
}

#[test]
fn the_review_is_shown_and_sends() {
    let review = ["xem lại", "kiểm tra lại", "check lại", "đọc lại", "coi lại", "tới đâu rồi"];
    hold(&at_phone(), &review, |chat| chat.said.contains("Mục 7") && chat.step() == "phone");
    hold(&at_review(), &review, |chat| chat.said.contains("Mục 7"));
    let filed = |publish: &'static str, confidential: &'static str| {
        move |chat: &Chat| {
            let answers = chat.filed.as_ref().map(|draft| &draft.answers);
            let is = |name: &str, value: &str| answers.is_some_and(|answers| answers[name].reveal() == value);
            is("publish_consent", publish) && is("identity_confidential", confidential)
        }
    };
    let send = ["gửi", "gởi", "gửi đi", "gửi luôn", "nộp", "send", "ok gửi"];
    hold(&at_review(), &send, filed("no", "no"));
    hold(&at_conduct_review(), &send, filed("no", "yes"));
    hold(&at_review(), &["cho đăng", "công khai", "đăng đi", "Gửi, cho đăng"], filed("yes", "no"));
    let private = ["không đăng", "ko đăng", "đừng đăng", "gửi riêng", "kín", "Gửi, không đăng"];
    hold(&at_review(), &private, filed("no", "no"));
    let kept = ["giữ kín", "giấu tên", "giữ bí mật", "đừng cho biết tên", "Gửi, giữ kín tên"];
    hold(&at_conduct_review(), &kept, filed("no", "yes"));
    hold(&at_conduct_review(), &["nêu tên", "cứ ghi tên"], filed("no", "no"));
    // Nothing is sent by a number, a yes or a greeting.
    let nothing =
        ["1", "2", "số 1", "ok", "vâng", "đúng rồi", "alo", "xong", "tiếp", "cảm ơn", "3", "hai", "cuối cùng"];
    hold(&at_review(), &nothing, |chat| chat.filed.is_none() && chat.session.open.is_some());
}

#[test]
fn leaving_asks_and_keeps() {
    let cancel = [
        "hủy",
        "huỷ",
        "hủy bỏ",
        "cancel",
        "không gửi nữa",
        "k gửi nữa",
        "thôi không gửi",
        "thôi khỏi",
        "dẹp",
        "bỏ đi",
        "dừng",
        "stop",
        "thôi",
        "thôi k gửi nữa",
    ];
    for chat in [at_name(), at_phone(), at_address(), at_agency(), at_review()] {
        hold(&chat, &cancel, |chat| chat.said.starts_with("Ông/Bà muốn bỏ hẳn") && chat.answer("content").is_some());
    }
    let keep = ["để dành", "để sau", "lát nữa", "mai gửi", "tối về gửi", "lưu lại", "lưu nháp"];
    hold(&at_address(), &keep, |chat| chat.said.starts_with("Đã để dành đến") && chat.session.kept.len() == 1);
    let mut kept = at_address();
    kept.hear("để dành");
    let go_on = ["tiếp tục", "tiếp", "viết tiếp", "làm tiếp", "nữa", "típ", "tt"];
    hold(&kept, &go_on, |chat| chat.step() == "address");
    let restart = ["bắt đầu lại", "làm lại", "làm lại từ đầu", "viết lại", "reset", "từ đầu", "mần lại"];
    hold(&at_address(), &restart, |chat| chat.said.starts_with("Viết lại từ đầu thì"));
}

#[test]
fn words_that_begin_something() {
    let start = [
        "bắt đầu",
        "gửi phản ánh",
        "gởi phản ánh",
        "gửi kiến nghị",
        "phản ánh",
        "kiến nghị",
        "góp ý",
        "tôi muốn phản ánh",
        "pa",
        "pakn",
        "việc khác",
        "gửi cái khác",
    ];
    hold(&Chat::after(&[]), &start, |chat| chat.step() == "content");
    let greeting = [
        "chào",
        "xin chào",
        "alo",
        "alô",
        "a lô",
        "hello",
        "hi",
        "hé lô",
        "ad ơi",
        "ad",
        "admin ơi",
        "shop ơi",
        "cho hỏi",
        "cho em hỏi",
        "có ai không",
        "menu",
    ];
    hold(&Chat::new(), &greeting, |chat| chat.said.starts_with("Xin chào Ông/Bà. Tôi là trợ lý tự động"));
    // «dạ ad» is rather a yes; the open question stays all the same.
    hold(&at_phone(), &greeting, |chat| chat.said.contains("Số điện thoại") && chat.step() == "phone");
}

#[test]
fn help_and_a_person_are_never_far() {
    let help = [
        "trợ giúp",
        "giúp",
        "giúp với",
        "help",
        "hướng dẫn",
        "hd",
        "cách gửi",
        "làm sao",
        "làm thế nào",
        "không biết làm",
        "sao đây",
        "mần răng",
        "?",
        "gửi gì ở đây",
        "cái này là gì",
        "kênh này để làm gì",
        "đây là đâu",
        "ai đấy",
        "bạn là ai",
    ];
    let machine = ["người hay máy", "bot à", "có phải lừa đảo không"];
    let person = [
        "gặp cán bộ",
        "gặp người",
        "gặp người thật",
        "nói chuyện với người",
        "nhân viên",
        "tư vấn viên",
        "tổng đài",
        "gọi cho tôi",
        "cho gặp lãnh đạo",
        "gặp ai đó",
        "ai trả lời với",
        "ng thật",
    ];
    for chat in [Chat::after(&[]), at_agency(), at_name(), at_phone(), at_address(), at_review()] {
        let step = chat.step().to_owned();
        hold(&chat, &help, |chat| chat.said.contains("Gửi được: thủ tục chậm") && chat.step() == step);
        hold(&chat, &machine, |chat| chat.said.contains("Tôi là máy") && chat.step() == step);
        hold(&chat, &person, |chat| {
            chat.said.contains("cán bộ") && chat.session.officer.is_some() && chat.step() == step
        });
    }
}

#[test]
fn words_about_petitions_already_sent_are_known() {
    let means = |word: &str, meaning: Meaning| {
        let ways = ways_to_type(word).into_iter();
        ways.filter(move |typed| !CATALOG.menu.lexicon.means(typed, meaning)).collect::<Vec<_>>()
    };
    let rows: [(Meaning, &[&str]); 4] = [
        (
            Meaning::Lookup,
            &[
                "tra cứu",
                "tra",
                "xem kết quả",
                "kết quả",
                "kq",
                "tới đâu rồi",
                "đến đâu rồi",
                "xong chưa",
                "giải quyết chưa",
                "có chưa",
                "phản ánh của tôi",
                "đơn của tôi",
                "hồ sơ của tôi",
                "bị mất mã",
                "quên mã",
                "có kết quả chưa",
                "có kq chưa",
            ],
        ),
        (Meaning::Supplement, &["bổ sung", "gửi thêm", "thêm ảnh", "nói thêm", "bs"]),
        (Meaning::Withdraw, &["rút", "rút phản ánh", "rút đơn", "thôi không kiện nữa"]),
        (Meaning::Data, &["dữ liệu của tôi", "thông tin của tôi"]),
    ];
    let wrong: Vec<String> =
        rows.iter().flat_map(|(meaning, words)| words.iter().flat_map(|word| means(word, *meaning))).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_choice_is_a_number_a_place_in_the_row_a_title_or_its_beginning() {
    let mut chat = at_review();
    chat.hear("sửa loại việc");
    let first = [
        "1",
        "1.",
        "1)",
        "#1",
        "số 1",
        "nút 1",
        "cái 1",
        "chọn 1",
        "một",
        "cái đầu",
        "đầu tiên",
        "thủ tục",
        "Thủ tục, giấy tờ",
        "１",
    ];
    let is_first =
        |chat: &Chat| chat.answer("category") == Some("regulation_policy_procedure") && chat.step() == "review";
    hold(&chat, &first, is_first);
    let last = ["2", "2.", "cái thứ hai", "hai", "cái cuối", "cuối cùng", "thái độ", "thai do can bo"];
    hold(&chat, &last, |chat| chat.answer("category") == Some("official_conduct"));
    let mut split = Chat::after(&[STORY, "Trần Văn Bình", "0912345678", "số 5, láng hạ cũ"]);
    hold(&split, &["giảng võ", "phường giảng võ", "2", "hai", "cái thứ hai"], |chat| {
        chat.answer("commune_code") == Some("00025")
    });
    hold(&split, &["láng", "phường láng"], |chat| chat.answer("commune_code") == Some("00199"));
    split.hear("không rõ");
    assert_eq!(split.step(), "review");
}

#[test]
fn the_sender_is_a_person_a_firm_or_a_body() {
    let mut chat = at_review();
    chat.hear("sửa mục 1");
    let is = |kind: &'static str| move |chat: &Chat| chat.answer("submitter_type") == Some(kind);
    hold(
        &chat,
        &["công ty", "cty", "doanh nghiệp", "dn", "cơ sở", "hộ kinh doanh", "hkd", "hợp tác xã", "htx"],
        is("enterprise"),
    );
    hold(&chat, &["tổ chức", "hội", "trường", "chùa"], is("organisation"));
    chat.hear("doanh nghiệp");
    chat.hear("sửa mục 1");
    hold(&chat, &["cá nhân", "cn", "tôi", "dân", "người dân"], is("individual"));
}

#[test]
fn shortenings_in_a_story_are_understood() {
    let understood = [
        ("e nộp hs tro cap ở ubnd p láng từ 1/10 mà h chưa có", "UBND phường Láng"),
        ("nop gpxd o 1 cua x dong anh 3 thang r k thay j", "giấy phép xây dựng, UBND xã Đông Anh"),
        ("lam so do o vpđk dat dai lau qua z, cho mai k xong", "đất đai, Văn phòng Đăng ký đất đai Hà Nội"),
        ("xin lltp ở sở tp mà hẹn mãi k trả, chán quá mn ạ", "phiếu lý lịch tư pháp, Sở Tư pháp"),
        ("đổi gplx online trên dvc quá hẹn 5 hôm rồi mk chưa nhận đc", "giấy phép lái xe"),
        ("hồ sơ ktra mãi, nộp bhyt cho con ở phuong bo de tu t2", "UBND phường Bồ Đề"),
    ];
    for (story, told) in understood {
        let chat = Chat::after(&[story]);
        assert!(chat.said.contains(told), "{story}: {}", chat.said);
    }
}
