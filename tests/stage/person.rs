//! What somebody types next, who reads what the account wrote and answers it.

use super::CONVERSATION;

/// What there is to do after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Type this line of the conversation.
    Line(usize),
    /// Nothing is open any more, though everything was typed: ask what has become of it.
    AskForMine,
    /// It was not filed, though they believed so: go on with the form.
    NotFiled,
    /// The petition is filed, and they know it.
    Done,
}

/// What asks for which line; the last one that stands in a message counts.
const ASKED: [(&str, usize); 9] = [
    ("Hiện không có phần nào", 0),
    ("Xin chào Ông/Bà.", 1),
    ("kể việc đang vướng", 2),
    ("ở cơ quan nào?", 3),
    ("tên phường, xã, sở", 3),
    ("gửi họ tên, số điện thoại", 4),
    ("Số điện thoại để", 5),
    ("Ông/Bà ở đâu?", 6),
    ("Mời Ông/Bà xem lại.", 7),
];

/// What to do on reading this; `typed`: the furthest line they have typed so far. None: nothing is asked.
pub fn next(text: &str, typed: usize) -> Option<Next> {
    if text.contains("✅ Đã gửi") || text.to_lowercase().contains("chờ tiếp nhận") {
        return Some(Next::Done);
    }
    if text.contains("chưa gửi phản ánh nào") {
        return Some(Next::NotFiled);
    }
    let (_, line) = ASKED.iter().rfind(|(question, _)| text.contains(question))?;
    match line {
        0 if typed + 1 == CONVERSATION.len() => Some(Next::AskForMine),
        line => Some(Next::Line(*line)),
    }
}
