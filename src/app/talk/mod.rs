//! `talk`: a conversation with the dialogs in a terminal, without any service, for those who write them. What would be
//! filed is shown, not filed.
//!
//! The [`Phone`] is the same that plays `tests/transcripts`: what is recorded here plays there unchanged. So time does
//! not pass by itself (`/cho 2d` lets it), and references and deadlines are those of the transcripts.

mod act;
mod line;
mod phone;
mod record;

use std::io::{BufRead, Write};
use std::path::Path;

pub use act::{Act, Known, KnownPetition, Words};
pub use phone::Phone;

use crate::dialog::{Button, Catalog, Press};
use line::Line;
use record::Record;

const HELP: &str = "\
Nhắn như trên Zalo, rồi Enter. Nút: gõ số, tên nút, hoặc /nut 1 (bấm).
  /anh [tên.jpg]  /tep [tên.pdf]  /video  /thoai  /vitri     ảnh, tệp, video, tin thoại, vị trí
  /sticker  /danhthiep  /goi  /vao                           nhãn dán, danh thiếp, gọi, mở khung chat
  /the name=\"Lê Thu Trang\" phone=84987654321 address=\"16 ngõ 298 Ngọc Lâm\" ward=\"Phường Bồ Đề\"   gửi thẻ Zalo
  /nhan \"dòng một\\ndòng hai\"                                tin nhiều dòng
  /cho 2d                                                    thời gian trôi (s, m, h, d)
  /biet consent=2026-11  /biet back=\"8h thứ Tư 25/11\"        điều máy biết trước (như facts trong tests/transcripts)
  /giup  /thoat";

/// Talks until the input ends or `/thoat`. With `record`, writes the conversation as a transcript that
/// `tests/transcripts` plays.
pub fn talk(
    dialogs: &Path,
    record: Option<&Path>,
    prompt: &str,
    input: impl BufRead,
    mut out: impl Write,
) -> anyhow::Result<()> {
    let catalog = Catalog::load(dialogs)
        .map_err(|problems| anyhow::anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    let mut phone = Phone::new(catalog);
    let mut record = Record::begin(record)?;
    // Whoever tries a dialog does not want to wait for it.
    phone.obey(&Act::Quiet(0.0))?;
    record.act(&Act::Quiet(0.0));
    writeln!(out, "{HELP}\n")?;
    let mut lines = input.lines();
    loop {
        write!(out, "{prompt}")?;
        out.flush()?;
        let Some(line) = lines.next().transpose()? else { return Ok(()) };
        match Line::parse(&line) {
            Ok(Line::Nothing) => {}
            Ok(Line::Leave) => return Ok(()),
            Ok(Line::Help) => writeln!(out, "{HELP}\n")?,
            Ok(Line::Press(number)) => match pressed(&phone, number) {
                Ok(act) => turn(&mut phone, &act, &mut record, &mut out)?,
                Err(why) => writeln!(out, "{why}\n")?,
            },
            Ok(Line::Act(act)) => turn(&mut phone, &act, &mut record, &mut out)?,
            Err(why) => writeln!(out, "{why}\n")?,
        }
    }
}

fn turn(phone: &mut Phone, act: &Act, record: &mut Record, out: &mut impl Write) -> anyhow::Result<()> {
    if let Err(why) = phone.obey(act) {
        writeln!(out, "{why}\n")?;
        return Ok(());
    }
    record.act(act);
    if act.is_heard() {
        let said = phone.end_block();
        writeln!(out, "{said}")?;
        record.end_block(&said)?;
    }
    Ok(())
}

/// What pressing a button of the latest message does.
fn pressed(phone: &Phone, number: usize) -> Result<Act, String> {
    let button = number.checked_sub(1).and_then(|at| phone.buttons().get(at));
    match button {
        Some(Button { title, press: Press::Payload(_) }) => Ok(Act::Tap(title.clone())),
        Some(Button { press: Press::Url(to), .. }) => Err(format!("(mở {to})")),
        Some(Button { press: Press::Phone(to), .. }) => Err(format!("(gọi {to})")),
        None => Err(format!("Tin vừa rồi không có nút {number}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talked(lines: &str) -> String {
        let mut out = Vec::new();
        talk(Path::new("dialogs"), None, "> ", lines.as_bytes(), &mut out).expect("a conversation");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn the_help_names_every_command() {
        let help = talked("");
        for command in line::COMMANDS {
            assert!(help.contains(command), "{command}");
        }
    }

    #[test]
    fn a_line_is_answered_and_buttons_are_pressed() {
        let said = talked("Xin chào\n/nut 1\n/nut 9\n/khac\n");
        assert!(said.contains("5. Đọc bản đầy đủ → https://pakn.example/notice\n\n> * đồng ý bản 2026-11\n"), "{said}");
        assert!(said.contains("Tin vừa rồi không có nút 9."), "{said}");
        assert!(said.contains("Không có lệnh «/khac»"), "{said}");
    }

    #[test]
    fn a_link_is_named_not_pressed() {
        assert!(talked("Xin chào\n/nut 5\n").contains("(mở https://pakn.example/notice)"));
    }
}
