//! Slots: `{name}` in a text.

/// A text in pieces: what stands there, and the names of slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Words(&'a str),
    Slot(&'a str),
}

/// Cuts a text at its slots. Says what is wrong with the first brace that opens or closes nothing.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (words, from) = rest.split_at(at);
        pieces.push(Piece::Words(words));
        let (slot, after) =
            from.strip_prefix('{').and_then(|from| from.split_once('}')).ok_or("a brace stands alone")?;
        if slot.is_empty() || !slot.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return Err(format!("«{{{slot}}}» is no slot"));
        }
        pieces.push(Piece::Slot(slot));
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    Ok(pieces)
}

/// Puts values into the slots, once: a value that looks like a slot stays as it is. A slot without a value stays too.
pub fn fill<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let pieces = pieces(text).unwrap_or_else(|_| vec![Piece::Words(text)]);
    let mut filled = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Slot(name) => match value(name) {
                Some(value) => filled.push_str(value),
                None => filled.push_str(&format!("{{{name}}}")),
            },
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_slot_is_not_filled_again() {
        let value = |name: &str| (name == "title").then_some("{url} của tôi");
        assert_eq!(fill("«{title}» {url}", value), "«{url} của tôi» {url}");
    }

    #[test]
    fn a_brace_that_is_no_slot_is_a_problem() {
        for text in ["{", "}", "{a", "{}", "{Ma}", "{mã}", "{a}}"] {
            assert!(pieces(text).is_err(), "{text}");
        }
        assert_eq!(pieces("a {b_c}").map(|pieces| pieces.len()), Ok(3));
    }
}
