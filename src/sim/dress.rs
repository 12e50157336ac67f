//! The same event in other bytes: escapes, white space, the order of keys. Zalo promises none of them.

use serde_json::Value;

use super::event::Event;
use super::quirk::Chances;

/// How a body is written.
#[derive(Debug)]
pub struct Dress<'a> {
    /// `\u` for everything beyond ASCII, and `\/`.
    pub is_escaped: bool,
    /// White space where JSON allows it.
    pub is_spaced: bool,
    pub is_shuffled: bool,
    /// The timestamp is a number.
    pub has_numbered_time: bool,
    pub chances: &'a mut Chances,
}

impl Dress<'_> {
    /// The event, dressed. Its name and what is signed as its time stay.
    pub fn on(&mut self, event: Event) -> Event {
        if !(self.is_escaped || self.is_spaced || self.is_shuffled || self.has_numbered_time) {
            return event;
        }
        let mut value: Value = serde_json::from_str(&event.body).expect("a body that we wrote");
        if let (true, Ok(time)) = (self.has_numbered_time, event.timestamp.parse::<i64>()) {
            value["timestamp"] = time.into();
        }
        let mut body = String::new();
        self.write(&value, &mut body);
        Event { body, ..event }
    }

    fn write(&mut self, value: &Value, out: &mut String) {
        match value {
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                self.shuffle(&mut fields);
                self.series(['{', '}'], fields, out, |dress, (key, value), out| {
                    dress.text(key, out);
                    out.push(':');
                    dress.space(out);
                    dress.write(value, out);
                });
            }
            Value::Array(items) => self.series(['[', ']'], items.iter().collect(), out, Self::write),
            Value::String(text) => self.text(text, out),
            other => out.push_str(&other.to_string()),
        }
    }

    fn series<T>(
        &mut self,
        [open, close]: [char; 2],
        items: Vec<T>,
        out: &mut String,
        write: impl Fn(&mut Self, T, &mut String),
    ) {
        out.push(open);
        for (nth, item) in items.into_iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            self.space(out);
            write(self, item, out);
            self.space(out);
        }
        out.push(close);
    }

    fn text(&self, text: &str, out: &mut String) {
        let plain = Value::from(text).to_string();
        if !self.is_escaped {
            return out.push_str(&plain);
        }
        for sign in plain.chars() {
            match sign {
                '/' => out.push_str("\\/"),
                _ if sign.is_ascii() => out.push(sign),
                _ => sign.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
            }
        }
    }

    fn space(&mut self, out: &mut String) {
        const SPACES: [&str; 5] = ["", " ", "\n  ", "\t", "\r\n"];
        if self.is_spaced {
            out.push_str(SPACES[self.chances.number(SPACES.len())]);
        }
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        if self.is_shuffled {
            for last in (1..items.len()).rev() {
                items.swap(last, self.chances.number(last + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_bytes_say_the_same() {
        let body = json!({ "text": "Xin chào 👋 \"a/b\"\n", "ids": ["1", "2"], "none": null, "n": 7, "e": {}, "timestamp": "5" });
        let event = Event { body: body.to_string(), timestamp: "5".to_owned(), ..Event::named("a") };
        let mut chances = Chances::seeded(1);
        let mut dress = |[is_escaped, is_spaced, is_shuffled, has_numbered_time]: [bool; 4]| {
            let chances = &mut chances;
            Dress { is_escaped, is_spaced, is_shuffled, has_numbered_time, chances }.on(event.clone()).body
        };
        assert_eq!(dress([false; 4]), event.body);
        let escaped = dress([true, false, false, false]);
        assert!(escaped.is_ascii() && escaped.contains("\\ud83d\\udc4b") && escaped.contains("a\\/b"), "{escaped}");
        for way in [[true, false, false, false], [false, true, false, false], [false, false, true, false]] {
            let dressed = dress(way);
            assert_ne!(dressed, event.body);
            assert_eq!(serde_json::from_str::<Value>(&dressed).expect("JSON"), body, "{dressed}");
        }
        assert!(dress([false, false, false, true]).contains("\"timestamp\":5"));
    }
}
