//! Enterprises and organisations: a name and, where people know it, the tax code (pakn-domain 9).

use std::sync::LazyLock;

use regex::Regex;

/// What a line says about a company.
#[derive(Clone, Debug, PartialEq)]
pub struct Company {
    /// As typed, without the code; empty when only a code was typed.
    pub name: String,
    pub tax_code: TaxCode,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TaxCode {
    /// Ten digits, or thirteen as `NNNNNNNNNN-NNN`.
    Good(String),
    /// Digits that are no tax code, as typed: too few, too many, or the check digit does not fit.
    Doubtful(String),
    Absent,
}

/// Takes a name and a tax code apart. Runs of fewer than eight digits belong to the name.
pub fn read(text: &str) -> Company {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)[\s,;:(]*(?:m[sS]t|mã số thuế|ma so thue)?[\s:]*(\d(?:[ .]?\d){7,12}(?:[ -]*\d{3})?)[\s,;.)]*")
            .expect("a pattern that compiles")
    });
    let Some(found) = CODE.captures(text) else {
        return Company { name: tidy(text), tax_code: TaxCode::Absent };
    };
    let (whole, digits) = (found.get(0).expect("a match"), &found[1]);
    let name = tidy(&format!("{} {}", &text[..whole.start()], &text[whole.end()..]));
    Company { name, tax_code: tax_code(digits) }
}

/// Reads a tax code and checks its last digit.
pub fn tax_code(text: &str) -> TaxCode {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0 => TaxCode::Absent,
        10 if is_checked(&digits) => TaxCode::Good(digits),
        13 if is_checked(&digits[..10]) && &digits[10..] != "000" => {
            TaxCode::Good(format!("{}-{}", &digits[..10], &digits[10..]))
        }
        _ => TaxCode::Doubtful(text.trim().to_owned()),
    }
}

fn is_checked(ten: &str) -> bool {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let digits: Vec<u32> = ten.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let sum: u32 = WEIGHTS.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
    digits.len() == 10 && digits[2..9].iter().any(|digit| *digit != 0) && digits[9] == 10 - sum % 11
}

fn tidy(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_matches([' ', ',', ';', ':', '.', '-', '"']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_code_are_told_apart() {
        let good = TaxCode::Good("0109988772".into());
        for typed in [
            "cty cp hoa sen trang 0109988772",
            "cty cp hoa sen trang, mst 0109988772.",
            "cty cp hoa sen trang, mã số thuế: 010 998 8772",
            "0109988772 cty cp hoa sen trang",
        ] {
            let company = Company { name: "cty cp hoa sen trang".into(), tax_code: good.clone() };
            assert_eq!(read(typed), company, "{typed}");
        }
        assert_eq!(read("Hội 27/7 phường Láng").tax_code, TaxCode::Absent);
    }

    #[test]
    fn the_last_digit_is_checked() {
        assert_eq!(tax_code("0109988772"), TaxCode::Good("0109988772".into()));
        assert_eq!(tax_code("0109988772-001"), TaxCode::Good("0109988772-001".into()));
        assert_eq!(tax_code("0100109106"), TaxCode::Good("0100109106".into()), "a well-known one");
        for wrong in ["0109988773", "010998877", "0109988772-000", "0000000000", "001087001234"] {
            assert_eq!(tax_code(wrong), TaxCode::Doubtful(wrong.into()), "{wrong}");
        }
    }
}
