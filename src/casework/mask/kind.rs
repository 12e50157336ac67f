//! What kinds of things are looked for in a text before everybody may read it.

use crate::privacy::mask::Hidden;

vocabulary! {
    /// What was found, as an officer reads it.
    pub enum Found {
        Sender = "sender", "Tên người gửi";
        Organisation = "organisation", "Tên tổ chức gửi";
        Officer = "officer", "Cán bộ bị nêu";
        Person = "person", "Tên người";
        Address = "address", "Địa chỉ dưới cấp phường";
        Parcel = "parcel", "Thửa đất";
        Phone = "phone", "Điện thoại";
        Email = "email", "Email";
        Identity = "identity", "Số giấy tờ tùy thân";
        Dossier = "dossier", "Mã hồ sơ";
        TaxCode = "tax_code", "Mã số thuế";
        Account = "account", "Số tài khoản";
        Plate = "plate", "Biển số xe";
    }
}

impl Found {
    /// What stands in its place in a published text.
    pub fn mask(self) -> &'static str {
        match self {
            Self::Sender | Self::Person => Hidden::Name.mask(),
            Self::Organisation => Hidden::Organisation.mask(),
            Self::Officer => "[người bị nêu]",
            Self::Address => Hidden::Address.mask(),
            Self::Parcel => "[thửa đất]",
            Self::Phone => Hidden::Phone.mask(),
            Self::Email => Hidden::Email.mask(),
            Self::Identity => Hidden::Identity.mask(),
            Self::Dossier => Hidden::Dossier.mask(),
            Self::TaxCode => Hidden::TaxCode.mask(),
            Self::Account => "[số tài khoản]",
            Self::Plate => Hidden::Plate.mask(),
        }
    }
}

impl From<Hidden> for Found {
    fn from(hidden: Hidden) -> Self {
        match hidden {
            Hidden::Name => Self::Sender,
            Hidden::Organisation => Self::Organisation,
            Hidden::Address => Self::Address,
            Hidden::TaxCode => Self::TaxCode,
            Hidden::Email => Self::Email,
            Hidden::Dossier => Self::Dossier,
            Hidden::Identity => Self::Identity,
            Hidden::Phone => Self::Phone,
            Hidden::Plate => Self::Plate,
        }
    }
}
