//! What gives the sender of one petition away in its texts: the rules are [`crate::privacy::mask`]'s. And what else is to
//! be hidden before everybody reads them: other people, officers who are accused, numbers, addresses ([`Finder`]).

mod find;
mod kind;
mod pattern;
mod people;

use std::ops::Range;

use crate::petition::{Details, SubmitterType};
use crate::privacy::Personal;
use crate::privacy::mask::{self, Hidden, Sender};

pub use find::{Find, FindKey, Finder, Place};
pub use kind::Found;
pub(super) use people::names;

/// The phrases that give one sender away.
pub struct Masks(mask::Masks);

impl Masks {
    pub fn of(details: &Details) -> Self {
        Self(mask::Masks::of(&Sender {
            name: details.submitter_name.reveal(),
            is_organisation: details.submitter_type != SubmitterType::Individual,
            representative: details.representative_name.as_ref().map(Personal::reveal),
            tax_code: details.tax_code.as_ref().map(Personal::reveal),
            address: details.address_detail.reveal(),
        }))
    }

    /// A proposal for the public text.
    pub fn hide(&self, text: &str) -> String {
        self.0.hide(text)
    }

    /// Where the text, in composed form, holds what must never be public.
    fn places(&self, text: &str) -> Vec<(Range<usize>, Hidden)> {
        self.0.places(text)
    }

    /// What gives the sender away in this text for certain: the mask that belongs in its place.
    pub fn first_leak(&self, text: &str) -> Option<&'static str> {
        self.0.first_leak(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casework::record::tests::details;

    #[test]
    fn the_sender_is_hidden_however_the_name_was_typed() {
        let details = details();
        let masks = Masks::of(&details);
        let text =
            "Tôi là TRẦN VĂN BÌNH (tran van binh), ở so 8 ngo 30 nguyen thuong hien p cua nam, sđt 0901.234.567.";
        assert_eq!(masks.hide(text), "Tôi là [họ tên] ([họ tên]), ở [địa chỉ], sđt [điện thoại].");
        assert_eq!(
            masks.hide("nhà tôi ở số 8 ngõ 30, tên Tra\u{302}\u{300}n Va\u{306}n Bi\u{300}nh"),
            "nhà tôi ở [địa chỉ], tên [họ tên]"
        );
        assert_eq!(masks.first_leak("của ông Trần Văn Bình"), Some("[họ tên]"));
        assert_eq!(masks.first_leak("gọi 0901 234 567"), Some("[điện thoại]"));
        assert_eq!(masks.first_leak("của [họ tên], gọi [điện thoại]"), None);
    }

    #[test]
    fn words_that_only_look_alike_stay() {
        let mut details = details();
        details.submitter_name = Personal::new("Lê An");
        let masks = Masks::of(&details);
        assert_eq!(masks.hide("Sau lễ, ăn Tết rồi; le an đã nộp"), "Sau lễ, ăn Tết rồi; [họ tên] đã nộp");
        details.submitter_name = Personal::new("Hoa");
        assert_eq!(Masks::of(&details).hide("vườn hoa"), "vườn hoa");
    }

    #[test]
    fn an_enterprise_is_hidden_with_and_without_its_legal_form() {
        let mut details = details();
        details.submitter_type = SubmitterType::Enterprise;
        details.submitter_name = Personal::new("cty cp hoa sen trang");
        details.representative_name = Some(Personal::new("Vũ Thị Hạnh, kế toán trưởng"));
        details.tax_code = Some(Personal::new("0109988772"));
        let masks = Masks::of(&details);
        assert_eq!(
            masks.hide("cty CP Hoa Sen Trắng, MST 0109988772; Công ty cổ phần Hoa Sen Trắng do bà Vũ Thị Hạnh"),
            "[tên tổ chức], MST [mã số thuế]; Công ty cổ phần [tên tổ chức] do bà [họ tên]"
        );
    }
}
