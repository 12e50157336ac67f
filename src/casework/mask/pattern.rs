//! What looks like an address, a parcel of land, an account or a number of a paper, whosever it is. Typed with or without
//! diacritics; the text is in composed form.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Found;

/// A street by its name: «phố Nguyễn Phong Sắc», «đường Láng».
const STREET: &str = r"(?:phố|đường|pho|duong)(?:\s+\p{Lu}[\p{L}\d]*){1,4}";
const ALLEY: &str = r"(?i:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\s+\d+[a-zA-Z]?(?:/\d+)*";

static PATTERNS: LazyLock<Vec<(Regex, Found)>> = LazyLock::new(|| {
    let house = r"(?i:số nhà|nhà số|so nha|nha so)\s+\d+[a-zA-Z]?(?:/\d+)*";
    let number = r"(?i:số|so)\s+\d+[a-zA-Z]?(?:/\d+)*";
    let more = format!(r"(?:\s*,?\s*{ALLEY})*(?:\s*,?\s*{STREET})?");
    [
        // «số 18 ngõ 73 phố Nguyễn Phong Sắc»; a number alone may be a document's or a counter's
        (format!(r"\b({house}{more}|{number}(?:\s*,?\s*{ALLEY})+{more}|{number}\s*,?\s*{STREET}|{ALLEY}{more})"), Found::Address),
        (r"\b((?i:tổ dân phố|tổ|tdp|to dan pho)\s+(?i:số\s+|so\s+)?\d+)\b".to_owned(), Found::Address),
        (r"\b((?i:căn hộ|can ho)\s+(?i:số\s+|so\s+)?[A-Z]?\d+[A-Z]?\d*)\b".to_owned(), Found::Address),
        (
            r"\b((?i:thửa|thua)(?:\s+(?i:đất|dat))?(?:\s+(?i:số|so))?\s+\d+(?:\s*,?\s*(?i:tờ|to)(?:\s+(?i:bản đồ|ban do))?(?:\s+(?i:số|so))?\s+\d+)?)\b"
                .to_owned(),
            Found::Parcel,
        ),
        (
            r"\b(?i:cmnd|cmt|cccd|chứng minh thư|chứng minh nhân dân|căn cước(?: công dân)?|hộ chiếu|chung minh thu|can cuoc|ho chieu)[^\d\n]{0,12}?([A-Z]?\d{7,12})\b"
                .to_owned(),
            Found::Identity,
        ),
        (
            r"\b(?i:tài khoản|tai khoan|stk|số tk|so tk)[^\d\n]{0,40}?(\d(?:[ .]?\d){6,18})\b".to_owned(),
            Found::Account,
        ),
        (r"\b(?i:mst|mã số thuế|ma so thue)[^\d\n]{0,6}?(\d{10}(?:-\d{3})?)\b".to_owned(), Found::TaxCode),
        (r"\b(\d{3}\.\d{2}\.\d{2}\.H\d{2}-\d{6}-\d{3,})\b".to_owned(), Found::Dossier),
        (
            r"\b(?i:mã hồ sơ|số hồ sơ|mã biên nhận|số biên nhận|giấy hẹn số|ma ho so|so ho so)(?:\s+(?i:là|số|la|so))?\s*:?\s*([A-Za-z]{0,6}[./-]?\d[\w./-]{3,})"
                .to_owned(),
            Found::Dossier,
        ),
    ]
    .into_iter()
    .map(|(pattern, found)| (Regex::new(&pattern).expect("a pattern that compiles"), found))
    .collect()
});

/// Every place that looks like one of these.
pub(super) fn places(text: &str) -> Vec<(Range<usize>, Found)> {
    let found = PATTERNS.iter().flat_map(|(pattern, found)| {
        pattern.captures_iter(text).filter_map(|place| Some((place.get(1)?.range(), *found)))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Found)> {
        places(text).into_iter().map(|(range, found)| (&text[range], found)).collect()
    }

    #[test]
    fn addresses_below_the_ward_are_found_however_they_are_typed() {
        for (text, address) in [
            ("nhà ở số 18 ngõ 73 phố Nguyễn Phong Sắc, phường Cầu Giấy", "số 18 ngõ 73 phố Nguyễn Phong Sắc"),
            ("o so 18 ngo 73 pho Nguyen Phong Sac", "so 18 ngo 73 pho Nguyen Phong Sac"),
            ("nhà số 5B, ngách 12/8", "nhà số 5B, ngách 12/8"),
            ("tại số 79 phố Đinh Tiên Hoàng", "số 79 phố Đinh Tiên Hoàng"),
            ("Ngõ 30 ngập", "Ngõ 30"),
            ("tổ dân phố số 12 họp", "tổ dân phố số 12"),
            ("căn hộ 1205 tòa A", "căn hộ 1205"),
        ] {
            assert_eq!(found(text), [(address, Found::Address)], "{text}");
        }
        for other in ["bàn số 3", "Văn bản số 412/UBND-ĐT", "quầy số 2 phòng 305", "đường dây nóng 1022", "số 5 ngày"]
        {
            assert_eq!(found(other), [], "{other}");
        }
    }

    #[test]
    fn parcels_accounts_and_papers_are_found_by_the_word_before_them() {
        for (text, place, kind) in [
            ("thửa đất số 123, tờ bản đồ số 5", "thửa đất số 123, tờ bản đồ số 5", Found::Parcel),
            ("thua 12 to 4", "thua 12 to 4", Found::Parcel),
            ("tài khoản Vietcombank số 1012 3456 789", "1012 3456 789", Found::Account),
            ("stk 19034567890123 Techcombank", "19034567890123", Found::Account),
            ("CMND số 012345678", "012345678", Found::Identity),
            ("hộ chiếu B1234567 cấp", "B1234567", Found::Identity),
            ("MST: 0109988772-001", "0109988772-001", Found::TaxCode),
            ("hồ sơ 000.00.18.H26-210101-0001", "000.00.18.H26-210101-0001", Found::Dossier),
            ("mã hồ sơ là BN-20261105/17", "BN-20261105/17", Found::Dossier),
        ] {
            assert_eq!(found(text), [(place, kind)], "{text}");
        }
        assert_eq!(found("nộp 3.000.000 đồng vào tài khoản"), []);
    }
}
