//! The kinds of question that a form may ask.

/// How an answer is read. Each kind knows which answers it gives, which hints it needs, which values its buttons may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The citizen's own account, in as many messages as they like.
    Story,
    /// Agreement to the notice.
    Consent,
    /// One of some options.
    Choice,
    /// A public body, or a place that stands for its committee.
    Agency,
    /// Where and when something happened, in one breath.
    Incident,
    /// A person's name; a phone number and an address in the same line are taken too.
    Name,
    /// The name of an enterprise or organisation, with its tax code where known.
    Company,
    /// Whether the contact data of last time is to be taken again.
    Reuse,
    /// The person who speaks for it, with a phone number where given.
    Representative,
    Phone,
    /// House and commune.
    Address,
    TaxCode,
    Email,
    /// A line or paragraph that is kept as typed.
    Line,
    /// Photos and files, for «sửa mục 8».
    Files,
    /// A warning: the account holds what looks like an identity number.
    IdentityNumber,
    /// A warning: a photo looks like an identity card.
    IdentityPhoto,
    /// A petition that may be about the same matter: follow it, or send all the same?
    Similar,
    /// Words and files about a petition that is in the register, in as many messages as they like.
    More,
    /// The look over everything, with the buttons that send.
    Review,
}

impl Kind {
    pub const ALL: [(&'static str, Kind); 20] = [
        ("story", Kind::Story),
        ("consent", Kind::Consent),
        ("choice", Kind::Choice),
        ("agency", Kind::Agency),
        ("incident", Kind::Incident),
        ("name", Kind::Name),
        ("company", Kind::Company),
        ("reuse", Kind::Reuse),
        ("representative", Kind::Representative),
        ("phone", Kind::Phone),
        ("address", Kind::Address),
        ("tax_code", Kind::TaxCode),
        ("email", Kind::Email),
        ("line", Kind::Line),
        ("files", Kind::Files),
        ("identity_number", Kind::IdentityNumber),
        ("identity_photo", Kind::IdentityPhoto),
        ("similar", Kind::Similar),
        ("more", Kind::More),
        ("review", Kind::Review),
    ];

    /// Whether a step of this kind wants something that a petition needs; the others only ask before it goes out.
    pub fn collects(self) -> bool {
        !matches!(self, Kind::Reuse | Kind::IdentityNumber | Kind::IdentityPhoto | Kind::Similar | Kind::Review)
    }

    /// The answers that settle a step of this kind. A choice and a line name theirs themselves.
    pub fn answers(self) -> &'static [&'static str] {
        match self {
            Kind::Story => &["content", "title"],
            Kind::Agency => &["target_agency_code"],
            Kind::Incident => &["incident"],
            Kind::Name | Kind::Company => &["submitter_name"],
            Kind::Representative => &["representative_name"],
            Kind::Phone => &["phone"],
            Kind::Address => &["commune_code", "address_detail"],
            Kind::TaxCode => &["tax_code"],
            Kind::Email => &["email"],
            Kind::More => &["words"],
            Kind::Consent | Kind::Choice | Kind::Line | Kind::Files => &[],
            Kind::Reuse | Kind::IdentityNumber | Kind::IdentityPhoto | Kind::Similar | Kind::Review => &[],
        }
    }

    /// Answers that a step of this kind may give besides.
    pub fn also_answers(self) -> &'static [&'static str] {
        match self {
            Kind::Agency => &["target_agency_code", "target_agency_text"],
            Kind::Incident => {
                &["target_agency_code", "target_agency_text", "incident_on", "incident_time", "incident_step"]
            }
            Kind::Company => &["tax_code"],
            Kind::Representative => &["phone"],
            Kind::Address => &["province_code"],
            _ => &[],
        }
    }

    /// The texts for what can happen at a step of this kind.
    pub fn hints(self) -> &'static [&'static str] {
        match self {
            Kind::Story => &["cold_files", "add", "too_long", "replace"],
            Kind::Agency => &["split", "near", "several", "unknown", "kept"],
            Kind::Name => &["one_word"],
            Kind::Phone => &["digits", "hotline", "old", "skip"],
            Kind::Address => &[
                "no_place",
                "no_place_again",
                "kept",
                "no_house",
                "no_house_again",
                "split",
                "near",
                "unknown",
                "elsewhere",
            ],
            Kind::TaxCode => &["check"],
            Kind::IdentityNumber | Kind::IdentityPhoto => &["removed"],
            Kind::Similar => &["own", "followed", "followed_own"],
            Kind::More => &["more", "add", "too_long"],
            Kind::Review => &["which", "which_again", "clarify", "clarify_again", "files", "unclear", "unclear_again"],
            _ => &[],
        }
    }

    /// The values that buttons of such a step may carry; a choice has its options' values.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Kind::Story => &["add", "keep"],
            Kind::Consent => &["yes", "no"],
            Kind::Agency | Kind::Address => &["unknown"],
            Kind::Incident => &["skip"],
            Kind::Name => &["accept"],
            Kind::Phone => &["empty", "new", "other"],
            Kind::TaxCode | Kind::Email => &["empty"],
            Kind::Line => &["keep"],
            Kind::Files => &["keep", "remove"],
            Kind::Reuse => &["reuse", "new"],
            Kind::IdentityNumber | Kind::IdentityPhoto => &["remove", "keep"],
            Kind::Similar => &["follow", "send"],
            Kind::More => &["done", "more"],
            Kind::Review => &["edit", "cancel"],
            Kind::Choice | Kind::Company | Kind::Representative => &[],
        }
    }
}
