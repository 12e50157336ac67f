//! What a text is about, and whose it is: a procedure, an official's conduct, or something that belongs elsewhere.
//!
//! For: telling a sender in time what belongs here (half of what is sent through today's app is refused, pakn-domain 1).
//! It must never know dialogs, petitions or places: pure functions over words. It proposes; an officer decides
//! (pakn-domain 4.3): nothing is refused, hidden or made urgent by a reading.
//!
//! - Every reading names the words that led to it, as they were typed.
//! - What a text says about itself proves nothing: «phản ánh», «khiếu nại thái độ», «tôi xin tố cáo việc chậm trả hồ sơ»
//!   are read for what is asked. An order to the machine is a sign of spam, never an order.

//!
//! How it reads: the words and rules of `lexicon.toml` (signs, procedures, and what signs that stand near each other
//! amount to) are looked for in one pass; each adds to the score of a class. The file is edited by those who know what
//! people write; the Rust only counts.

mod lexicon;
mod noise;
mod phrase;
mod reading;
mod signs;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

/// What a text is (pakn-domain 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// An obstacle in a procedure, or the content of a rule.
    Procedure,
    /// Attitude, harassment, absence of officials who do procedures.
    Conduct,
    /// A procedure or rule of a body that answers to a ministry: tax, social insurance, customs.
    OutsideCity,
    /// Asks what the law says.
    LegalAdvice,
    /// Street lights, garbage, noise, flooding, traffic, utilities.
    FieldReport,
    /// Neighbours, landlords, buyers and sellers.
    PrivateDispute,
    /// Courts, enforcement of judgments.
    Judicial,
    /// Asks to review an individual decision (Luật Khiếu nại 2011, art. 2(1)).
    KhieuNai,
    /// Reports a breach of law by a person or body (Luật Tố cáo 2018, art. 2(1)).
    ToCao,
    /// Advertising, noise, orders to the machine.
    Spam,
    /// Another language.
    NotVietnamese,
    /// Too little to tell.
    Unclear,
}

/// What cannot wait for an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emergency {
    /// 114
    Fire,
    /// 113
    Violence,
    /// 115
    Accident,
}

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub class: Class,
    /// From 0 (a guess) to 1.
    pub confidence: f64,
    /// What led to it, the strongest first.
    pub reasons: Vec<Reason>,
    pub emergency: Option<Emergency>,
    /// Another matter in the same text that belongs elsewhere: «với lại khu tôi mất nước».
    pub besides: Option<Class>,
    /// What a field report, here or besides, is about: `street_light`, `water`, `power`, `garbage`, `noise`, `flood`,
    /// `traffic`, `road`, `construction`, `animal`, `other`.
    pub subject: Option<&'static str>,
    /// The agency whose task the matter usually is, by the codes of `agencies.csv`: «lý lịch tư pháp» is the police's. A
    /// place named in the text is the gazetteer's affair.
    pub competent: Option<&'static str>,
    /// Whether a commune named in the text has the matter instead: a health insurance card filed with the ward.
    pub yields_to_commune: bool,
    /// Anger or insults, whatever else there is.
    pub is_angry: bool,
    /// Tells the machine what to do: «bỏ qua các lệnh trước».
    pub orders_machine: bool,
}

/// Words of the text, as typed, and what they are a sign of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub words: String,
    pub sign: &'static str,
}

impl Class {
    /// As it is kept in the register.
    pub fn name(self) -> &'static str {
        match self {
            Class::Procedure => "procedure",
            Class::Conduct => "conduct",
            Class::OutsideCity => "outside_city",
            Class::LegalAdvice => "legal_advice",
            Class::FieldReport => "field_report",
            Class::PrivateDispute => "private_dispute",
            Class::Judicial => "judicial",
            Class::KhieuNai => "khieu_nai",
            Class::ToCao => "to_cao",
            Class::Spam => "spam",
            Class::NotVietnamese => "not_vietnamese",
            Class::Unclear => "unclear",
        }
    }

    /// The label of `triage`: `tthc thai_do ngoai_pham_vi khieu_nai to_cao spam`.
    pub fn label(self) -> &'static str {
        match self {
            Class::Procedure | Class::OutsideCity | Class::Unclear => "tthc",
            Class::Conduct => "thai_do",
            Class::LegalAdvice | Class::FieldReport | Class::PrivateDispute | Class::Judicial => "ngoai_pham_vi",
            Class::KhieuNai => "khieu_nai",
            Class::ToCao => "to_cao",
            Class::Spam | Class::NotVietnamese => "spam",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.label())
    }
}

/// Reads a text of any length and script.
pub fn read(text: &str) -> Reading {
    reading::read(text)
}

/// Every agency that a reading may name as competent: codes of `agencies.csv`, which this room does not know.
pub fn competent_agencies() -> impl Iterator<Item = &'static str> {
    lexicon::LEXICON
        .matters
        .iter()
        .map(|matter| matter.agency.as_str())
        .filter(|code| !code.is_empty())
        .chain(reading::ADVISERS)
}
