//! The states of a petition and the only moves between them (pakn-domain 3.5).
//!
//! The national portal's statuses map to these; how a state is drawn is the pages' affair.

vocabulary! {
    /// Where a petition stands.
    pub enum Status {
        Submitted = "submitted", "Mới";
        Supplemented = "supplemented", "Đã bổ sung";
        Accepted = "accepted", "Đã nhận";
        Assigned = "assigned", "Đã giao";
        InProgress = "in_progress", "Đang xử lý";
        ReturnedInternal = "returned_internal", "Trả lại nội bộ";
        AwaitingSupplement = "awaiting_supplement", "Chờ bổ sung";
        Answered = "answered", "Đã trả lời";
        Published = "published", "Đã công khai";
        TransferredOut = "transferred_out", "Đã chuyển nơi khác";
        Refused = "refused", "Từ chối";
        Withdrawn = "withdrawn", "Đã rút";
        Reopened = "reopened", "Mở lại";
        ClosedNoContent = "closed_no_content", "Đã đóng";
    }
}

vocabulary! {
    /// What can be done with a petition; also the name under which it stands in the history.
    pub enum Action {
        /// The first line of every history; leads to [`Status::Submitted`] from nowhere.
        File = "file", "Gửi phản ánh";
        Accept = "accept", "Tiếp nhận";
        Assign = "assign", "Giao giải quyết";
        Start = "start", "Bắt đầu xử lý";
        ReturnInternal = "return_internal", "Trả lại nội bộ";
        RequestSupplement = "request_supplement", "Yêu cầu bổ sung";
        Supplement = "supplement", "Bổ sung";
        TransferOut = "transfer_out", "Chuyển nơi khác";
        Refuse = "refuse", "Từ chối";
        Answer = "answer", "Trả lời";
        Publish = "publish", "Công khai và báo người gửi";
        Withdraw = "withdraw", "Rút phản ánh";
        Reopen = "reopen", "Mở lại";
        CloseNoContent = "close_no_content", "Đóng vì không có nội dung";
        /// An officer saw who the sender is. Moves nothing, but is written down.
        Reveal = "reveal", "Xem thông tin người gửi";
        /// An officer called a sender whom no message reached. Moves nothing.
        Call = "call", "Gọi điện báo người gửi";
        /// An officer wrote to the sender in the chat. Moves nothing; the words stand in the outbox.
        Word = "word", "Nhắn người gửi";
        /// The sender had their data erased: who they are is locked. Moves nothing.
        LockContact = "lock_contact", "Khóa thông tin liên hệ theo yêu cầu người gửi";
        /// The sender withdrew the consent to publish: what was public is not shown any more. Moves nothing.
        Unpublish = "unpublish", "Gỡ khỏi trang công khai theo yêu cầu người gửi";
        /// The sender added to an open petition of their own accord. Moves nothing.
        Add = "add", "Gửi thêm";
        /// Given to another agency of the city.
        Transfer = "transfer", "Chuyển cơ quan khác";
        /// The agency needs more time; the sender was told. Moves nothing but the date.
        Extend = "extend", "Gia hạn";
        /// The date has passed: the sender was told why, and a new one. Moves nothing but the date.
        Apologise = "apologise", "Xin lỗi và hẹn lại";
        /// Somebody, or the clock, urged those who have it (đôn đốc). Moves nothing.
        Remind = "remind", "Đôn đốc";
        /// An answer waits for a second person. Moves nothing.
        AskApproval = "ask_approval", "Trình duyệt trả lời";
        /// The second person wants it changed. Moves nothing.
        SendBack = "send_back", "Trả lại bản thảo";
        /// Put with others that say the same. Moves nothing.
        Merge = "merge", "Gộp phản ánh giống nhau";
        /// Taken out of its heap again. Moves nothing.
        Separate = "separate", "Tách khỏi nhóm";
        /// An officer was marked as the one it complains of, who sees it no more; or the mark was taken away. Moves nothing.
        Name = "name", "Ghi người bị phản ánh";
        /// What the registry says of it was put right (field, urgency, national code). Moves nothing.
        Note = "note", "Sửa thông tin ghi sổ";
        /// The sender rated the result. Moves nothing; the levels stand in the survey.
        Rate = "rate", "Đánh giá kết quả";
    }
}

impl Status {
    /// Where `action` leads from here; none when it is not allowed.
    pub fn after(self, action: Action) -> Option<Self> {
        use Status::*;
        let (from, to): (&[Self], Self) = match action {
            Action::File | Action::Reveal | Action::Call | Action::Word | Action::Add | Action::Rate => return None,
            Action::LockContact | Action::Unpublish => return None,
            Action::Extend | Action::Apologise | Action::Remind | Action::AskApproval | Action::SendBack => {
                return None;
            }
            Action::Merge | Action::Separate | Action::Name | Action::Note => return None,
            Action::Accept => (&[Submitted, Supplemented], Accepted),
            Action::Assign => (&[Supplemented, Accepted, Assigned, InProgress, ReturnedInternal, Reopened], Assigned),
            Action::Transfer => (&[Supplemented, Accepted, Assigned, InProgress, ReturnedInternal, Reopened], Assigned),
            Action::Start => (&[Supplemented, Accepted, Assigned, Reopened], InProgress),
            Action::ReturnInternal => (&[Supplemented, Assigned, InProgress], ReturnedInternal),
            Action::RequestSupplement => {
                (&[Submitted, Supplemented, Accepted, Assigned, InProgress, Reopened], AwaitingSupplement)
            }
            Action::Supplement => (&[AwaitingSupplement], Supplemented),
            Action::TransferOut => {
                (&[Submitted, Supplemented, Accepted, Assigned, InProgress, ReturnedInternal], TransferredOut)
            }
            // what was accepted is answered or transferred, not refused (R17: nothing is closed without an answer)
            Action::Refuse => (&[Submitted, Supplemented, AwaitingSupplement], Refused),
            // supplemented while it was handled: the agency goes on where it stopped (`Petition::after` holds back the others)
            Action::Answer => (&[Supplemented, Accepted, Assigned, InProgress, Reopened], Answered),
            Action::Publish => (&[Answered], Published),
            Action::Withdraw => (Self::OPEN, Withdrawn),
            Action::Reopen => (&[Published, Refused], Reopened),
            Action::CloseNoContent => (&[Submitted, Supplemented, AwaitingSupplement], ClosedNoContent),
        };
        from.contains(&self).then_some(to)
    }

    /// Everything that still waits for an answer.
    pub const OPEN: &'static [Self] = &[
        Self::Submitted,
        Self::Supplemented,
        Self::Accepted,
        Self::Assigned,
        Self::InProgress,
        Self::ReturnedInternal,
        Self::AwaitingSupplement,
        Self::Reopened,
    ];

    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table: a line a state, the moves that leave it.
    const MOVES: &str = "\
submitted: accept → accepted, request_supplement → awaiting_supplement, transfer_out → transferred_out, refuse → refused, withdraw → withdrawn, close_no_content → closed_no_content
supplemented: accept → accepted, assign → assigned, start → in_progress, return_internal → returned_internal, request_supplement → awaiting_supplement, transfer_out → transferred_out, refuse → refused, answer → answered, withdraw → withdrawn, close_no_content → closed_no_content, transfer → assigned
accepted: assign → assigned, start → in_progress, request_supplement → awaiting_supplement, transfer_out → transferred_out, answer → answered, withdraw → withdrawn, transfer → assigned
assigned: assign → assigned, start → in_progress, return_internal → returned_internal, request_supplement → awaiting_supplement, transfer_out → transferred_out, answer → answered, withdraw → withdrawn, transfer → assigned
in_progress: assign → assigned, return_internal → returned_internal, request_supplement → awaiting_supplement, transfer_out → transferred_out, answer → answered, withdraw → withdrawn, transfer → assigned
returned_internal: assign → assigned, transfer_out → transferred_out, withdraw → withdrawn, transfer → assigned
awaiting_supplement: supplement → supplemented, refuse → refused, withdraw → withdrawn, close_no_content → closed_no_content
answered: publish → published
published: reopen → reopened
transferred_out:
refused: reopen → reopened
withdrawn:
reopened: assign → assigned, start → in_progress, request_supplement → awaiting_supplement, answer → answered, withdraw → withdrawn, transfer → assigned
closed_no_content:
";

    #[test]
    fn these_are_the_only_moves() {
        let mut table = String::new();
        for status in Status::ALL {
            let moves = Action::ALL
                .iter()
                .filter_map(|action| status.after(*action).map(|to| format!(" {} → {}", action.name(), to.name())));
            table.push_str(&format!("{}:{}\n", status.name(), moves.collect::<Vec<_>>().join(",")));
        }
        assert_eq!(table, MOVES);
    }

    #[test]
    fn every_state_can_be_reached_and_every_open_one_can_come_to_an_end() {
        let reach = |start: Status| {
            let mut seen = vec![start];
            for at in 0.. {
                let Some(status) = seen.get(at).copied() else { break };
                let next = Action::ALL.iter().filter_map(|action| status.after(*action));
                next.for_each(|status| {
                    if !seen.contains(&status) {
                        seen.push(status)
                    }
                });
            }
            seen
        };
        let mut reached = reach(Status::Submitted);
        reached.sort();
        assert_eq!(reached, Status::ALL);
        for status in Status::OPEN {
            assert!(reach(*status).contains(&Status::Withdrawn), "{status:?}");
            assert!(reach(*status).contains(&Status::TransferredOut) || reach(*status).contains(&Status::Published));
        }
    }

    #[test]
    fn a_name_that_is_no_status_is_refused() {
        assert!("Submitted".parse::<Status>().is_err());
        assert_eq!("in_progress".parse(), Ok(Status::InProgress));
    }
}
