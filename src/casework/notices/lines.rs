//! Every text the service says by itself: where it stands in `notices.toml`, and the slots it may use.

/// One text of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub path: &'static str,
    pub slots: &'static [&'static str],
}

macro_rules! lines {
    ($($name:ident = $path:literal $slots:tt;)+) => {
        $(pub const $name: Line = Line { path: $path, slots: &$slots };)+
        /// All of them: the file has each once, and nothing else.
        pub const ALL: &[Line] = &[$($name),+];
    };
}

lines! {
    ACCEPTED = "notice.accepted.text" ["reference", "title", "agency", "answer_due"];
    REFUSED = "notice.refused.text" ["reference", "title", "why", "channel"];
    PUBLISHED = "notice.published.text" ["reference", "title", "agency", "quote"];
    ANSWERED_PRIVATELY = "notice.answered_privately.text" ["reference", "title", "agency", "quote"];
    ANSWERED_TOGETHER = "notice.answered_together.text" ["reference", "title", "agency", "quote"];

    ANSWERED_AGAIN = "notice.answered_again.text" ["reference", "title", "agency", "quote"];
    ANSWERED_AGAIN_PRIVATELY = "notice.answered_again_privately.text" ["reference", "title", "agency", "quote"];
    SUPPLEMENT_REQUESTED = "notice.supplement_requested.text" ["reference", "title", "asked", "agency", "words", "due"];

    PASSED_ON = "notice.transferred.text" ["reference", "title", "from", "to", "why", "answer_due"];
    SENT_OUT = "notice.transferred_out.text" ["reference", "title", "agency", "on", "code"];
    SENT_OUT_UNCODED = "notice.transferred_out_uncoded.text" ["reference", "title", "agency", "on"];
    NATIONAL_CODE = "notice.national_code.text" ["reference", "title", "agency", "code"];
    EXTENDED = "notice.extended.text" ["reference", "title", "agency", "why", "old_due_on", "new_due"];
    APOLOGY = "notice.apology.text" ["reference", "title", "agency", "what", "old_due", "why", "new_due"];
    APOLOGY_OF_THE_OFFICE = "notice.apology_of_the_office.text" ["reference", "title", "agency", "what", "old_due", "why", "new_due"];

    WORD = "notice.word.text" ["agency", "text"];
    LATE = "trouble.late.text" ["from", "until"];
    SET_ASIDE = "notice.set_aside.text" ["code"];

    WAITING = "stage.waiting.line" ["accept_due"];
    WAITING_DETAIL = "stage.waiting.detail" ["reference", "since", "accept_due", "left"];
    HANDLING = "stage.handling.line" ["answer_due_on"];
    HANDLING_DETAIL = "stage.handling.detail" ["reference", "agency", "since", "road", "answer_due", "left"];
    AWAITING = "stage.awaiting_supplement.line" ["asked", "due_on"];
    AWAITING_DETAIL = "stage.awaiting_supplement.detail" ["reference", "asked", "since", "due", "agency"];
    ANSWERED = "stage.answered.line" [];
    ANSWERED_DETAIL = "stage.answered.detail" ["reference", "agency", "answered_on", "publish_due"];
    DONE = "stage.published.line" ["published_on"];
    DONE_DETAIL = "stage.published.detail" ["reference", "agency", "published_on", "quote", "url"];
    DONE_PRIVATELY = "stage.answered_privately.line" ["published_on"];
    DONE_PRIVATELY_DETAIL = "stage.answered_privately.detail" ["reference", "agency", "published_on", "body", "files"];
    NOT_RECEIVED = "stage.refused.line" [];
    NOT_RECEIVED_DETAIL = "stage.refused.detail" ["reference", "why", "channel"];
    TRANSFERRED = "stage.transferred_out.line" [];
    TRANSFERRED_DETAIL = "stage.transferred_out.detail" ["reference", "agency", "code"];
    TRANSFERRED_UNCODED = "stage.transferred_out_uncoded.line" [];
    TRANSFERRED_UNCODED_DETAIL = "stage.transferred_out_uncoded.detail" ["reference", "agency"];
    WITHDRAWN = "stage.withdrawn.line" [];
    WITHDRAWN_DETAIL = "stage.withdrawn.detail" ["reference"];
    CLOSED = "stage.closed.line" [];
    CLOSED_DETAIL = "stage.closed.detail" ["reference"];

    PUBLIC_HEADING = "public.heading" [];
    PUBLIC_LEAD = "public.lead" [];
    PUBLIC_CONTACT = "public.contact" [];
    PUBLIC_PRIVACY = "public.privacy" [];
    PUBLIC_YOURS = "public.yours" [];
    PUBLIC_ELSEWHERE = "public.elsewhere" [];

    POSTER_HEADING = "poster.heading" [];
    POSTER_HOW = "poster.how" [];
    POSTER_YES = "poster.yes" [];
    POSTER_NO = "poster.no" [];
    POSTER_FOOT = "poster.foot" [];

    NOT_A_REFERENCE = "lookup.not_a_reference.text" [];
    NOT_YOURS = "lookup.not_yours.text" [];
    PUBLIC_PART = "lookup.public_part.text" ["url"];
    NO_MATCH = "lookup.no_match.text" [];
}

impl Line {
    /// Where the buttons of a notice stand; none for texts that carry no buttons.
    pub fn buttons(&self) -> Option<String> {
        let notice = self.path.strip_suffix(".text").filter(|path| path.starts_with("notice."))?;
        Some(format!("{notice}.buttons"))
    }
}
