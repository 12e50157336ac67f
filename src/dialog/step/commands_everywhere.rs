//! Every command at every question, for every kind of sender and matter: the right answer, nothing lost, and the form
//! can still be finished.

use super::typed::{Chat, STORY};
use super::*;

/// Who sends what: the answer to each question.
struct Sender {
    story: &'static str,
    answers: &'static [(&'static str, &'static str)],
    sends: &'static str,
}

const SENDERS: [Sender; 4] = [
    Sender {
        story: STORY,
        answers: &[("name", "Trần Văn Bình"), ("phone", "0912345678"), ("address", "số 8 ngõ 30, phường Cửa Nam")],
        sends: "gửi, cho đăng",
    },
    Sender {
        story: "Sáng nay cán bộ một cửa quát mắng tôi trước mặt mọi người, thái độ rất hách dịch",
        answers: &[
            ("incident", "một cửa phường Láng, 9h, quầy 2"),
            ("agency", "phường Láng"),
            ("name", "Ngô Thị Mai"),
            ("phone", "0976543210"),
            ("address", "số 9 ngách 45/2 Ngọc Lâm, phường Bồ Đề"),
        ],
        sends: "giữ kín",
    },
    Sender {
        story: "Công ty chúng tôi nộp hồ sơ đăng ký khuyến mại ngày 20/10, bị trả hai lần vì mẫu biểu mới",
        answers: &[
            ("agency", "Sở Công Thương"),
            ("company", "cty cp hoa sen trang 0109988772"),
            ("office", "tầng 3 số 18 phố Duy Tân, phường Cầu Giấy"),
            ("representative", "Vũ Thị Hạnh, kế toán trưởng"),
            ("phone", "024 3900 0000"),
        ],
        sends: "không đăng",
    },
    Sender {
        story: "Hội chúng tôi xin xác nhận khu dân cư từ 12/10, hồ sơ nộp rồi mà chưa có kết quả",
        answers: &[
            ("agency", "ubnd p. định công"),
            ("company", "Hội Người cao tuổi phường Định Công"),
            ("office", "số 3 ngõ 99, phường Định Công"),
            ("representative", "Phạm Thị Lan"),
            ("phone", "0912 000 111"),
        ],
        sends: "không đăng",
    },
];

/// A form that is finished asks no more questions than this.
const MOST: usize = 30;

impl Sender {
    fn begins(&self) -> Chat {
        Chat::after(&[self.story])
    }

    /// The answer to the open question.
    fn answer(&self, chat: &Chat) -> &'static str {
        match chat.step() {
            "review" => self.sends,
            "content" => "giữ nguyên",
            "sender" | "tax_code" | "email" | "proposal" | "title" | "files" => "bỏ qua",
            step => self.answers.iter().find(|(id, _)| *id == step).unwrap_or_else(|| panic!("a question «{step}»")).1,
        }
    }

    /// Answers until the petition is filed, and gives what was filed.
    fn finishes(&self, mut chat: Chat) -> BTreeMap<String, String> {
        for _ in 0..MOST {
            let Some(open) = &chat.session.open else { break };
            // A step that was only reopened keeps what it has.
            let answer = match (open.step.as_str(), chat.session.aside.is_some()) {
                (_, true) => "viết tiếp",
                ("sender", false) => "quay lại",
                _ => self.answer(&chat),
            };
            chat.hear(answer);
            if let Some(draft) = &chat.filed {
                return draft.answers.iter().map(|(name, value)| (name.clone(), value.reveal().to_owned())).collect();
            }
        }
        panic!("not filed: {} «{}»", chat.step(), chat.said);
    }

    /// The conversation before every question of the form.
    fn questions(&self) -> Vec<Chat> {
        let mut chat = self.begins();
        let mut questions = vec![chat.clone()];
        while chat.step() != "review" {
            chat.hear(self.answer(&chat));
            questions.push(chat.clone());
            assert!(questions.len() < MOST);
        }
        questions
    }
}

/// What a command must do at a question, besides that everything goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    /// The question stays open.
    Stays,
    /// Another question, or the same said again.
    Turns,
    /// Asked before anything is lost.
    Asks,
    /// Set aside, or silent while an officer writes; «tiếp tục» brings it back.
    Pauses,
}

const COMMANDS: [(&str, Does); 34] = [
    ("quay lại", Does::Turns),
    ("quay lai", Does::Turns),
    ("LÙI LẠI", Does::Turns),
    ("nhầm rồi", Does::Turns),
    ("sửa", Does::Stays),
    ("sửa mục 7", Does::Turns),
    ("s3", Does::Turns),
    ("sua sdt", Does::Turns),
    ("đổi số điện thoại", Does::Turns),
    ("sai tên rồi", Does::Turns),
    ("sửa mục 44", Does::Stays),
    ("xem lại", Does::Stays),
    ("check lai", Does::Stays),
    ("hủy", Does::Asks),
    ("huy", Does::Asks),
    ("thôi k gửi nữa", Does::Asks),
    ("dẹp", Does::Asks),
    ("làm lại từ đầu", Does::Asks),
    ("reset", Does::Asks),
    ("trợ giúp", Does::Stays),
    ("giup voi", Does::Stays),
    ("?", Does::Stays),
    ("kênh này để làm gì", Does::Stays),
    ("gui gi o day", Does::Stays),
    ("người hay máy", Does::Stays),
    ("gặp cán bộ", Does::Pauses),
    ("cho gap nguoi that", Does::Pauses),
    ("để dành", Does::Pauses),
    ("mai gửi", Does::Pauses),
    ("tiếp tục", Does::Stays),
    ("alo", Does::Stays),
    ("cảm ơn ad", Does::Stays),
    ("🙏", Does::Stays),
    ("huyr", Does::Asks),
];

#[test]
fn every_command_works_at_every_question_and_the_form_can_still_be_finished() {
    for sender in &SENDERS {
        let undisturbed = sender.finishes(sender.begins());
        for question in sender.questions() {
            for (command, does) in COMMANDS {
                let mut chat = question.clone();
                chat.hear(command);
                let step = question.step();
                let place = format!("«{command}» at «{step}» of «{}…»: {}", &sender.story[..20], chat.said);
                assert!(chat.filed.is_none() && !chat.said.is_empty(), "{place}");
                match does {
                    Does::Stays => assert_eq!(chat.step(), step, "{place}"),
                    Does::Asks => {
                        assert!(chat.session.aside.is_some(), "{place}");
                        chat.hear("viết tiếp");
                        assert_eq!(chat.step(), step, "{place}");
                    }
                    Does::Pauses => {
                        chat.hear("tiếp tục");
                        assert_eq!(chat.step(), step, "{place}: {}", chat.said);
                    }
                    Does::Turns => {}
                }
                assert_eq!(sender.finishes(chat), undisturbed, "{place}");
            }
        }
    }
}

#[test]
fn one_can_go_back_to_the_first_question_and_forward_again() {
    for sender in &SENDERS {
        let undisturbed = sender.finishes(sender.begins());
        let mut chat = sender.questions().pop().expect("the review");
        let mut steps = Vec::new();
        for _ in 0..MOST {
            chat.hear("quay lại");
            steps.push(chat.step().to_owned());
        }
        assert!(chat.said.starts_with("Đây là câu hỏi đầu tiên."), "{}", chat.said);
        assert!(steps.contains(&"phone".to_owned()) && steps.last().is_some_and(|step| step == "content"), "{steps:?}");
        assert_eq!(sender.finishes(chat), undisturbed);
    }
}

#[test]
fn what_may_be_left_out_is_skipped_by_word() {
    for sender in &SENDERS {
        for question in sender.questions() {
            let mut chat = question.clone();
            chat.hear("bỏ qua");
            let step = question.step();
            match step {
                "incident" | "agency" => assert_ne!(chat.step(), step, "{}", chat.said),
                "phone" => {
                    assert!(chat.said.starts_with("Có số thì"), "{}", chat.said);
                    chat.hear("bỏ qua");
                    assert_ne!(chat.step(), step, "{}", chat.said);
                }
                _ => assert_eq!(chat.step(), step, "what the office needs is not skipped: {}", chat.said),
            }
            let filed = sender.finishes(chat);
            assert!(filed.contains_key("content") && filed.contains_key("submitter_name"), "{filed:?}");
        }
    }
}
