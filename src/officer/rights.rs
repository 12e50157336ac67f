//! Who may do what, on which petition: one function decides ([`may`]), every page asks it.

use super::Officer;

vocabulary! {
    /// What somebody is here for.
    pub enum Role {
        /// The office that receives and sorts petitions for the whole city.
        FocalOffice = "focal_office", "Đầu mối Thành phố";
        /// The focal officer of an agency, or the substitute.
        AgencyFocal = "agency_focal", "Đầu mối cơ quan";
        /// Works on the petitions given to them.
        Handler = "handler", "Người xử lý";
        /// Reads what their agency has, and its figures.
        Leader = "leader", "Lãnh đạo";
        /// Reads everything, and learns nothing of the senders (the Fatherland Front, inspectors).
        Oversight = "oversight", "Giám sát";
    }
}

impl Role {
    /// What somebody in this role does, for whoever gives it to them.
    pub fn does(self) -> &'static str {
        match self {
            Self::FocalOffice => "Phân loại, giao việc, công khai, quản lý tài khoản của cả Thành phố.",
            Self::AgencyFocal => "Nhận việc cho cơ quan, giao người xử lý, duyệt trả lời.",
            Self::Handler => "Chỉ thấy và làm những phản ánh được giao cho mình.",
            Self::Leader => "Xem phản ánh và số liệu của cơ quan, đôn đốc.",
            Self::Oversight => "Xem mọi phản ánh, không thấy người gửi là ai.",
        }
    }
}

vocabulary! {
    /// What a page shows or does.
    pub enum Right {
        /// Read the petition, its history and its answer.
        See = "see";
        /// What the sender sent along.
        Attachments = "attachments";
        /// Learn who the sender is. Each time is written down.
        Identity = "identity";
        /// Accept, refuse, merge, close, send to where it belongs; enter what came by another door.
        Triage = "triage";
        /// Give it to somebody within the agency, pass it on to another agency, or back.
        Assign = "assign";
        /// Work on it: ask the sender, take more time, apologise, draft the answer.
        Handle = "handle";
        /// Release a drafted answer, or send it back.
        Approve = "approve";
        /// Publish the answer and tell the sender.
        Publish = "publish";
        /// Read the conversation with the sender and write into it.
        Talk = "talk";
        /// Urge those who have it.
        Remind = "remind";
        /// Mark the officers it complains of.
        Name = "name";
        /// The list of petitions.
        List = "list";
        /// Take a list away as a file.
        Export = "export";
        /// The people who wait for a call.
        Calls = "calls";
        /// Officers' accounts and agencies.
        Accounts = "accounts";
        /// Deadlines, the calendar, texts.
        Settings = "settings";
        /// Read how the channel to Zalo does.
        ChannelHealth = "channel_health";
        /// Connect the channel anew, send again, repeat events.
        Channel = "channel";
        /// What citizens asked about their data.
        DataRequests = "data_requests";
        /// Denunciations.
        ClosedList = "closed_list";
        /// Who saw, who changed, when.
        Audit = "audit";
        /// Figures.
        Figures = "figures";
    }
}

/// Where a petition lies, as far as rights go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custody {
    /// The agency that handles it; none while nobody has accepted it.
    pub agency_id: Option<String>,
    pub handler_id: Option<i64>,
    /// The sender asked to stay unnamed, or had their data erased.
    pub is_hidden: bool,
    /// The sender took it back: nobody needs to know them any more.
    pub is_withdrawn: bool,
    /// The officers it complains of.
    pub named: Vec<i64>,
}

/// What a right is asked for.
#[derive(Clone, Copy, Debug)]
pub enum On<'a> {
    /// The office as a whole: lists, settings.
    Office,
    Petition(&'a Custody),
}

/// Whether `officer` may do this. Whoever a petition complains of may not even see it.
pub fn may(officer: &Officer, right: Right, on: On<'_>) -> bool {
    match on {
        On::Office => may_in_the_office(officer.role, right),
        On::Petition(custody) => {
            !custody.named.contains(&officer.officer_id)
                && may_by_role(officer, right, custody)
                && !(right == Right::Identity && is_kept_from(officer.role, custody))
        }
    }
}

fn may_in_the_office(role: Role, right: Right) -> bool {
    use Right::*;
    match role {
        Role::FocalOffice => true,
        Role::AgencyFocal => matches!(right, List | Export | Calls | ChannelHealth | Figures),
        Role::Handler => matches!(right, List | Calls | ChannelHealth),
        Role::Leader => matches!(right, List | Export | Figures),
        Role::Oversight => matches!(right, List | Figures),
    }
}

fn may_by_role(officer: &Officer, right: Right, custody: &Custody) -> bool {
    use Right::*;
    let is_ours = custody.agency_id.as_ref() == Some(&officer.agency_id);
    match officer.role {
        Role::FocalOffice => true,
        Role::AgencyFocal => {
            is_ours && matches!(right, See | Attachments | Identity | Assign | Handle | Approve | Talk | Remind)
        }
        Role::Handler => {
            let is_mine = is_ours && custody.handler_id == Some(officer.officer_id);
            is_mine && matches!(right, See | Attachments | Identity | Handle | Talk)
        }
        Role::Leader => is_ours && matches!(right, See | Attachments | Remind),
        Role::Oversight => right == See,
    }
}

/// Whoever asked to stay unnamed, or had their data erased, is known to the focal office only (pakn-domain 8). Of a petition
/// that was taken back nobody learns the sender: they were told that their contact data are masked.
fn is_kept_from(role: Role, custody: &Custody) -> bool {
    custody.is_withdrawn || (custody.is_hidden && role != Role::FocalOffice)
}

/// Which petitions stand in an officer's lists: what [`may`] lets them see, said as a query can ask it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Those of this agency only.
    pub agency_id: Option<String>,
    /// Those given to this officer only.
    pub handler_id: Option<i64>,
    /// Not those that complain of this officer.
    pub officer_id: i64,
}

impl Officer {
    /// What this officer's lists show.
    pub fn sight(&self) -> Sight {
        let is_of_all = matches!(self.role, Role::FocalOffice | Role::Oversight);
        Sight {
            agency_id: (!is_of_all).then(|| self.agency_id.clone()),
            handler_id: (self.role == Role::Handler).then_some(self.officer_id),
            officer_id: self.officer_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(role: Role) -> Officer {
        Officer {
            officer_id: 7,
            login: "an".to_owned(),
            name: "An".to_owned(),
            agency_id: "HN-A".to_owned(),
            agency_name: "A".to_owned(),
            role,
            has_single_keys: true,
            has_second_factor: false,
            has_one_time_password: false,
            stamp: [0; 32],
        }
    }

    fn custody(agency: &str) -> Custody {
        Custody { agency_id: Some(agency.to_owned()), ..Custody::default() }
    }

    fn table(of: &Custody) -> String {
        let line = |role: &Role| {
            let officer = officer(*role);
            let rights = Right::ALL.iter().filter(|right| may(&officer, **right, On::Petition(of)));
            format!("{}: {}\n", role.name(), rights.map(|right| right.name()).collect::<Vec<_>>().join(" "))
        };
        // everything is allowed to the focal office
        Role::ALL.iter().skip(1).map(line).collect()
    }

    #[test]
    fn a_petition_of_the_own_agency_is_open_to_whom_it_concerns() {
        let own = "agency_focal: see attachments identity assign handle approve talk remind\n\
                   handler: \n\
                   leader: see attachments remind\n\
                   oversight: see\n";
        assert_eq!(table(&custody("HN-A")), own);
        let mine = Custody { handler_id: Some(7), ..custody("HN-A") };
        assert!(table(&mine).contains("handler: see attachments identity handle talk\n"), "{}", table(&mine));
    }

    #[test]
    fn a_foreign_agency_sees_nothing() {
        let foreign = "agency_focal: \nhandler: \nleader: \noversight: see\n";
        assert_eq!(table(&Custody { handler_id: Some(7), ..custody("HN-B") }), foreign);
        assert_eq!(table(&Custody::default()), foreign);
    }

    #[test]
    fn whom_a_petition_names_does_not_see_it_whoever_they_are() {
        let naming = Custody { named: vec![7], ..custody("HN-A") };
        for role in Role::ALL {
            assert!(!may(&officer(*role), Right::See, On::Petition(&naming)), "{role:?}");
        }
    }

    #[test]
    fn a_hidden_sender_is_known_to_the_focal_office_and_a_withdrawn_one_to_nobody() {
        let hidden = Custody { is_hidden: true, ..custody("HN-A") };
        let knows = |role, of: &Custody| may(&officer(role), Right::Identity, On::Petition(of));
        assert!(knows(Role::AgencyFocal, &custody("HN-A")));
        assert!(!knows(Role::AgencyFocal, &hidden) && knows(Role::FocalOffice, &hidden));
        assert!(!knows(Role::FocalOffice, &Custody { is_withdrawn: true, ..custody("HN-A") }));
    }
}
