//! What phones put into a text that nobody typed: signs without width, blanks that do not break, wide digits.

use crate::vietnamese::nfc;

/// The text as its sender saw it, in composed form. What is looked at, counted and kept is this; the event keeps the rest.
pub fn clean(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{200d}' if joins_emoji(kept.chars().next_back()) => kept.push(letter),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            '\u{2028}' | '\u{2029}' => kept.push('\n'),
            '\n' => kept.push(letter),
            '\u{ff01}'..='\u{ff5e}' => kept.extend(char::from_u32(u32::from(letter) - 0xfee0)),
            _ if letter.is_whitespace() => kept.push(' '),
            _ => kept.push(letter),
        }
    }
    nfc(kept.trim())
}

/// A family is one picture of several, held together by a sign without width.
fn joins_emoji(before: Option<char>) -> bool {
    before.is_some_and(|before| !before.is_alphanumeric() && !before.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_gone_and_what_can_be_seen_stays() {
        for (typed, seen) in [
            ("\u{feff}đồng\u{a0}ý\u{200b}", "đồng ý"),
            ("０９１２　３４５", "0912 345"),
            ("Hoa\u{300} Bi\u{300}nh", "Hoà Bình"),
            ("“nói” – thật…", "“nói” – thật…"),
            ("👨\u{200d}👩\u{200d}👧 nhà em", "👨\u{200d}👩\u{200d}👧 nhà em"),
            ("một\r\nhai", "một \nhai"),
        ] {
            assert_eq!(clean(typed), seen, "{typed:?}");
        }
    }
}
