//! What an office changes of the file while the service runs: which texts, what each may say, what is wrong with a change.
//!
//! A change is checked as the file is, with everything that it touches: a name of the directory stands in many texts. The
//! notice on personal data is not among them (people agreed to one version of it), nor is the form of template messages
//! (Zalo approved it), nor what buttons do.

use std::collections::BTreeMap;

use crate::vietnamese::nfc;

use super::lines;
use super::slots::{self, Piece};
use super::{Check, LINE_LIMIT, Notices, TITLE_LIMIT, Texts};

/// The changed texts, by their path in the file.
pub type Edits = BTreeMap<String, String>;

/// What the texts are for, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Directory,
    Public,
    Poster,
    Refusals,
    News,
    Stages,
}

impl Group {
    pub const ALL: [Self; 6] = [Self::Directory, Self::Public, Self::Poster, Self::Refusals, Self::News, Self::Stages];

    pub fn word(self) -> &'static str {
        match self {
            Self::Directory => "Danh bạ: nơi nhận, số điện thoại",
            Self::Public => "Trang kết quả công khai",
            Self::Poster => "Áp phích mã QR",
            Self::Refusals => "Lời từ chối soạn sẵn và nơi đúng",
            Self::News => "Tin báo gửi người dân",
            Self::Stages => "Phản ánh đang ở đâu, tra cứu",
        }
    }

    fn of(path: &str) -> Option<Self> {
        let (first, _) = path.split_once('.')?;
        Some(match first {
            "directory" => Self::Directory,
            "public" => Self::Public,
            "poster" => Self::Poster,
            "refusal" if path.ends_with(".text") || path.ends_with(".channel") => Self::Refusals,
            "notice" | "trouble" if path.ends_with(".text") => Self::News,
            "stage" | "lookup" => Self::Stages,
            _ => return None,
        })
    }
}

/// A text that is too long with what stands in its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    pub path: String,
    pub has: usize,
    pub fits: usize,
}

/// A text that the office may change.
#[derive(Clone, Debug)]
pub struct Editable {
    pub key: String,
    pub group: Group,
    pub label: String,
    /// As it reads now, with its slots.
    pub text: String,
    /// As the file has it.
    pub in_file: String,
    /// The slots it may use, with what stands there.
    pub slots: Vec<(&'static str, &'static str)>,
    /// Characters.
    pub limit: usize,
}

impl Notices {
    /// Every text that may be changed, group by group, as the file has them in order of their paths.
    pub fn editable(&self) -> Vec<Editable> {
        let paths = self.file.keys().filter_map(|path| self.editable_at(path));
        let mut all: Vec<Editable> = paths.collect();
        all.sort_by_key(|text| Group::ALL.iter().position(|group| *group == text.group));
        all
    }

    pub fn editable_at(&self, key: &str) -> Option<Editable> {
        let (group, leaf) = (Group::of(key)?, self.file.get(key)?);
        let names = lines::ALL.iter().find(|line| line.path == key).map_or(&[][..], |line| line.slots);
        Some(Editable {
            key: key.to_owned(),
            group,
            label: self.label(key),
            text: self.present().raw.get(key).unwrap_or(&leaf.text).clone(),
            in_file: leaf.text.clone(),
            slots: names.iter().map(|name| (*name, slot_word(name))).collect(),
            limit: limit(key),
        })
    }

    /// The names of the directory, which every text may use as slots.
    pub fn directory_names(&self) -> Vec<String> {
        self.file.keys().filter_map(|path| path.strip_prefix("directory.").map(str::to_owned)).collect()
    }

    /// A name of the directory as it reads now.
    pub fn directory(&self, name: &str) -> Option<&str> {
        self.present().raw.get(&format!("directory.{name}")).map(String::as_str)
    }

    /// What is wrong with this text at this place, and with every other text that it touches; empty: nothing.
    pub fn problems(&self, key: &str, text: &str, edits: &Edits) -> Vec<String> {
        let Some(editable) = self.editable_at(key) else {
            return vec!["Lời này không sửa được ở đây.".to_owned()];
        };
        let mut problems = self.own_problems(&editable, text);
        if problems.is_empty() {
            let mut edits = edits.clone();
            edits.insert(key.to_owned(), text.to_owned());
            let check = self.checked(&edits).1;
            problems.extend(check.long.iter().map(|long| self.say_long(key, long)));
            // every other problem is one of the file, which was right when we started
            let other = check.problems.into_iter().map(|(_, problem)| problem);
            problems.extend(other.filter(|problem| !problem.contains(" characters, at most ")));
        }
        problems
    }

    /// Takes these changes over: everybody reads them from now on. Changes that do not fit the file any more (it is newer
    /// than they are) are left out and named.
    pub fn put(&self, edits: &Edits) -> Vec<String> {
        let mut fitting = Edits::new();
        let mut left_out = Vec::new();
        for (key, text) in edits {
            match self.own_problems_at(key, text).is_empty() {
                true => drop(fitting.insert(key.clone(), text.clone())),
                false => left_out.push(key.clone()),
            }
        }
        let (texts, check) = self.checked(&fitting);
        match check.problems.is_empty() {
            true => self.editions.put(texts),
            false => left_out = edits.keys().cloned().collect(),
        }
        left_out
    }

    fn checked(&self, edits: &Edits) -> (Texts, Check) {
        let mut leaves = (*self.file).clone();
        for (key, text) in edits {
            if let Some(leaf) = leaves.get_mut(key) {
                leaf.text.clone_from(text);
            }
        }
        let mut check = Check::of(leaves);
        let texts = check.everything();
        (texts, check)
    }

    fn own_problems_at(&self, key: &str, text: &str) -> Vec<String> {
        match self.editable_at(key) {
            Some(editable) => self.own_problems(&editable, text),
            None => vec![key.to_owned()],
        }
    }

    fn own_problems(&self, editable: &Editable, text: &str) -> Vec<String> {
        if text.trim().is_empty() {
            return vec!["Viết lời này; muốn như ban đầu thì bấm “Dùng lại lời gốc”.".to_owned()];
        }
        let mut problems = Vec::new();
        if nfc(text) != text {
            problems.push("Có chữ gõ bằng dấu rời: gõ lại bằng bộ gõ Unicode dựng sẵn.".to_owned());
        }
        if editable.key == "directory.hotline_number" && !text.bytes().all(|digit| digit.is_ascii_digit()) {
            problems.push("Số để bấm gọi chỉ gồm chữ số, dạng 84… hoặc số ngắn.".to_owned());
        }
        if editable.key == "directory.national_portal" && text.contains(char::is_whitespace) {
            problems.push("Chỉ ghi địa chỉ trang, ví dụ dichvucong.gov.vn: đường dẫn mở từ đây.".to_owned());
        }
        match slots::pieces(text) {
            Ok(pieces) => problems.extend(self.slot_problems(editable, &names(&pieces))),
            Err(_) => problems.push(
                "Dấu { hoặc } đứng một mình hoặc tên chỗ trống viết sai: chỗ trống viết như {reference}.".to_owned(),
            ),
        }
        problems
    }

    /// Nothing may stand in a slot that nobody fills; and what a text cannot do without must stay in it.
    fn slot_problems(&self, editable: &Editable, used: &[&str]) -> Vec<String> {
        let directory = self.directory_names();
        let may_use = |name: &str| {
            let own = editable.slots.iter().any(|(slot, _)| *slot == name);
            own || editable.group != Group::Directory && directory.iter().any(|known| known == name)
        };
        let unknown = used.iter().filter(|name| !may_use(name)).map(|name| format!("Không có chỗ trống {{{name}}}."));
        let file = slots::pieces(&editable.in_file).unwrap_or_default();
        let needed = editable.slots.iter().filter(|(slot, _)| *slot != "title" && names(&file).contains(slot));
        let missing = needed.filter(|(slot, _)| !used.contains(slot));
        unknown.chain(missing.map(|(slot, word)| format!("Thiếu {{{slot}}} ({word})."))).collect()
    }

    fn say_long(&self, key: &str, TooLong { path, has, fits }: &TooLong) -> String {
        match path == key {
            true => format!("Dài {has} ký tự, nhiều nhất {fits}: rút ngắn {}.", has - fits),
            false => format!("Với lời này, “{}” dài {has} ký tự, nhiều nhất {fits}.", self.label(path)),
        }
    }

    fn label(&self, path: &str) -> String {
        if let Some((reason, what)) = path.strip_prefix("refusal.").and_then(|rest| rest.split_once('.')) {
            let label = self.refusals().iter().find(|refusal| refusal.reason.name() == reason);
            let what = if what == "channel" { "nơi đúng" } else { "lời soạn sẵn" };
            return format!("{}: {what}", label.map_or(reason, |refusal| &refusal.label));
        }
        known_label(path).map_or_else(|| path.to_owned(), str::to_owned)
    }
}

fn names<'a>(pieces: &[Piece<'a>]) -> Vec<&'a str> {
    pieces.iter().filter_map(|piece| if let Piece::Slot(name) = piece { Some(*name) } else { None }).collect()
}

/// Characters, as the file is checked.
fn limit(key: &str) -> usize {
    match Group::of(key) {
        Some(Group::Directory) => TITLE_LIMIT * 10,
        Some(Group::Refusals) if key.ends_with(".channel") => super::super::refuse::CHANNEL_LIMIT,
        Some(Group::Refusals) => super::super::refuse::WHY_LIMIT,
        _ => LINE_LIMIT,
    }
}

/// What stands in a slot.
fn slot_word(name: &str) -> &'static str {
    match name {
        "reference" => "mã phản ánh",
        "title" => "tiêu đề",
        "agency" => "cơ quan",
        "answer_due" | "answer_due_on" => "hạn trả lời",
        "accept_due" => "hạn tiếp nhận",
        "publish_due" => "hạn gửi câu trả lời",
        "due" | "due_on" => "hạn",
        "new_due" => "hạn mới",
        "why" | "reason" => "lý do",
        "channel" => "nơi đúng",
        "quote" => "hai câu đầu của câu trả lời",
        "body" => "toàn văn câu trả lời",
        "words" | "text" => "lời cán bộ",
        "asked" => "điều cần gửi thêm",
        "since" => "từ lúc nào",
        "left" => "còn bao lâu",
        "url" => "đường dẫn",
        "from" | "until" => "giờ",
        "code" => "mã lỗi",
        "answered_on" | "published_on" => "ngày trả lời",
        _ => "do máy điền",
    }
}

fn known_label(path: &str) -> Option<&'static str> {
    Some(match path {
        "directory.office" => "Cơ quan nhận phản ánh",
        "directory.citizen_reception" => "Nơi tiếp công dân, nhận khiếu nại",
        "directory.inspectorate" => "Nơi nhận tố cáo",
        "directory.legal_aid" => "Nơi hỏi pháp luật",
        "directory.judgment_enforcement" => "Thi hành án dân sự",
        "directory.hotline" => "Tổng đài của Thành phố",
        "directory.hotline_number" => "Số tổng đài mà nút gọi bấm",
        "directory.account" => "Tên trang Zalo",
        "directory.national_portal" => "Cổng Dịch vụ công quốc gia",
        "directory.case_retention" => "Thời gian giữ phản ánh",
        "directory.chat_retention" => "Thời gian giữ tin nhắn",
        "public.heading" => "Tiêu đề trang danh sách",
        "public.lead" => "Lời mở đầu trang danh sách",
        "public.contact" => "Cuối trang: gửi phản ánh mới ở đâu",
        "public.privacy" => "Cuối trang: thông tin không đăng",
        "public.yours" => "Trang kết quả: lời cho người gửi",
        "public.elsewhere" => "Khi chưa có kết quả công khai",
        "poster.heading" => "Tiêu đề áp phích",
        "poster.how" => "Áp phích: làm thế nào",
        "poster.yes" => "Áp phích: nhận việc gì",
        "poster.no" => "Áp phích: việc gì gửi nơi khác",
        "poster.foot" => "Áp phích: dòng cuối",
        "notice.accepted.text" => "Đã tiếp nhận",
        "notice.refused.text" => "Không tiếp nhận",
        "notice.published.text" => "Đã có trả lời, công khai",
        "notice.answered_privately.text" => "Đã có trả lời, gửi riêng",
        "notice.answered_again.text" => "Đã xem lại, công khai",
        "notice.answered_again_privately.text" => "Đã xem lại, gửi riêng",
        "notice.answered_together.text" => "Đã có trả lời chung",
        "notice.transferred.text" => "Chuyển cơ quan khác của Thành phố",
        "notice.transferred_out.text" => "Chuyển trung ương, đã có mã quốc gia",
        "notice.transferred_out_uncoded.text" => "Chuyển trung ương, chưa có mã quốc gia",
        "notice.national_code.text" => "Có mã quốc gia",
        "notice.extended.text" => "Gia hạn",
        "notice.apology.text" => "Xin lỗi vì quá hạn",
        "notice.apology_of_the_office.text" => "Xin lỗi vì quá hạn, của Văn phòng",
        "notice.supplement_requested.text" => "Hỏi thêm người gửi",
        "notice.word.text" => "Tin của cán bộ",
        "notice.set_aside.text" => "Máy không đọc được một tin",
        "trouble.late.text" => "Xin lỗi vì trả lời muộn",
        "stage.waiting.line" => "Chờ tiếp nhận, một dòng",
        "stage.waiting.detail" => "Chờ tiếp nhận",
        "stage.handling.line" => "Đang giải quyết, một dòng",
        "stage.handling.detail" => "Đang giải quyết",
        "stage.awaiting_supplement.line" => "Chờ gửi thêm, một dòng",
        "stage.awaiting_supplement.detail" => "Chờ gửi thêm",
        "stage.answered.line" => "Đã có trả lời, một dòng",
        "stage.answered.detail" => "Đã có trả lời, chờ duyệt",
        "stage.published.line" => "Đã trả lời, một dòng",
        "stage.published.detail" => "Đã trả lời, công khai",
        "stage.answered_privately.line" => "Trả lời riêng, một dòng",
        "stage.answered_privately.detail" => "Trả lời riêng",
        "stage.refused.line" => "Không nhận, một dòng",
        "stage.refused.detail" => "Không nhận",
        "stage.transferred_out.line" => "Chuyển nơi khác, một dòng",
        "stage.transferred_out.detail" => "Chuyển nơi khác",
        "stage.transferred_out_uncoded.line" => "Chuyển nơi khác, chưa có mã, một dòng",
        "stage.transferred_out_uncoded.detail" => "Chuyển nơi khác, chưa có mã",
        "stage.withdrawn.line" => "Đã rút, một dòng",
        "stage.withdrawn.detail" => "Đã rút",
        "stage.closed.line" => "Đã đóng, một dòng",
        "stage.closed.detail" => "Đã đóng",
        "lookup.not_a_reference.text" => "Tra cứu: chưa đọc được mã",
        "lookup.not_yours.text" => "Tra cứu: không gửi từ Zalo này",
        "lookup.public_part.text" => "Tra cứu: phần công khai",
        "lookup.no_match.text" => "Tra cứu: mã và số chưa khớp",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn notices() -> Notices {
        Notices::load(Path::new("dialogs")).expect("no problems")
    }

    fn wrong(key: &str, text: &str) -> String {
        notices().problems(key, text, &Edits::new()).join("\n")
    }

    #[test]
    fn every_text_that_may_be_changed_has_a_name_and_is_right_as_it_is() {
        let notices = notices();
        for editable in notices.editable() {
            assert_ne!(editable.label, editable.key, "it needs a name");
            assert_eq!(notices.problems(&editable.key, &editable.in_file, &Edits::new()), [""; 0], "{}", editable.key);
        }
        assert!(
            notices.editable_at("consent.title").is_none() && notices.editable_at("refusal.to_cao.label").is_none()
        );
    }

    #[test]
    fn what_is_wrong_with_a_change_is_named_before_it_is_kept() {
        let text = "Phản ánh {reference} do {agency} giải quyết, hỏi {hotline}.";
        assert_eq!(wrong("notice.accepted.text", text), "Thiếu {answer_due} (hạn trả lời).");
        let both = wrong("public.contact", "Nhắn {acount} hoặc {hotline2");
        assert!(both.contains("đứng một mình"), "{both}");
        assert_eq!(wrong("public.contact", "Nhắn {acount}"), "Không có chỗ trống {acount}.");
        assert_eq!(wrong("directory.hotline", "gọi {hotline_number}"), "Không có chỗ trống {hotline_number}.");
        assert!(wrong("public.privacy", "  ").contains("Dùng lại lời gốc"));
        assert!(wrong("public.privacy", "a\u{303}").contains("dấu rời"));
        assert!(wrong("directory.hotline_number", "024 1022").contains("chỉ gồm chữ số"));
        assert!(wrong("public.privacy", &"a".repeat(601)).contains("Dài 601 ký tự, nhiều nhất 600: rút ngắn 1."));
    }

    #[test]
    fn whoever_holds_the_texts_reads_what_was_changed() {
        let notices = notices();
        let held = notices.clone();
        let edits = Edits::from([
            ("directory.hotline".to_owned(), "024 3333".to_owned()),
            ("stage.withdrawn.line".to_owned(), "đã rút theo ý người gửi".to_owned()),
            ("stage.gone.line".to_owned(), "không còn".to_owned()),
        ]);
        assert_eq!(notices.put(&edits), ["stage.gone.line"]);
        assert!(held.line(lines::PUBLIC_CONTACT).contains("tổng đài 024 3333"));
        assert_eq!(held.line(lines::WITHDRAWN), "đã rút theo ý người gửi");
        held.put(&Edits::new());
        assert!(notices.line(lines::PUBLIC_CONTACT).contains("tổng đài 024 1022"));
    }
}
