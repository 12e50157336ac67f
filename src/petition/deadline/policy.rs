//! How long each step may take: the office's own policy, by step, kind of matter and urgency (pakn-domain 4.4). Pure.

use super::super::kinds::Category;

vocabulary! {
    /// What a deadline is for.
    pub enum Step {
        Accept = "accept", "Tiếp nhận";
        Refuse = "refuse", "Từ chối hoặc trả lại";
        Supplement = "supplement", "Chờ người gửi bổ sung";
        Transfer = "transfer", "Chuyển việc ngoài thẩm quyền";
        Answer = "answer", "Trả lời";
        Publish = "publish", "Công khai";
        /// How much later than first promised an answer may come when more time is taken.
        Extend = "extend", "Gia hạn nhiều nhất";
    }
}

vocabulary! {
    /// What a term is counted in.
    pub enum Unit {
        WorkingHour = "working_hour", "giờ làm việc";
        WorkingDay = "working_day", "ngày làm việc";
    }
}

vocabulary! {
    /// How pressing a petition is; an officer says so, nobody else.
    pub enum Priority {
        Normal = "normal", "Thường";
        Urgent = "urgent", "Khẩn";
    }
}

impl Step {
    /// From when its term is counted, as the office reads it.
    pub fn counted_from(self) -> &'static str {
        match self {
            Self::Accept | Self::Refuse | Self::Transfer => "từ lúc người dân gửi",
            Self::Supplement => "từ lúc hỏi người gửi",
            Self::Answer => "từ lúc gửi, hoặc từ lần chuyển cuối",
            Self::Publish => "từ lúc có câu trả lời",
            Self::Extend => "từ hạn trả lời đã báo lần đầu",
        }
    }

    /// Only the acceptance may be counted in hours: everything after it is promised to people as a day.
    pub fn may_count(self, unit: Unit) -> bool {
        unit == Unit::WorkingDay || self == Self::Accept
    }
}

/// How long a step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub amount: u32,
    pub unit: Unit,
}

impl Term {
    /// «15 ngày làm việc»
    pub fn words(self) -> String {
        format!("{} {}", self.amount, self.unit.word())
    }
}

/// What decides which term a petition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matter {
    pub category: Category,
    pub priority: Priority,
}

impl Matter {
    /// A petition that nobody has marked as urgent.
    pub fn of(category: Category) -> Self {
        Self { category, priority: Priority::Normal }
    }

    /// Every kind there is, for tables.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds = Category::ALL.iter().flat_map(|category| Priority::ALL.iter().map(move |of| (*category, *of)));
        kinds.map(|(category, priority)| Self { category, priority })
    }
}

/// One line of a policy: a term, for whom it is, and why it is so long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub step: Step,
    /// None: whatever the category.
    pub category: Option<Category>,
    /// What is written for ordinary petitions holds for urgent ones too, unless there is a line of their own.
    pub priority: Priority,
    pub term: Term,
    /// The law, or the office's own rule.
    pub basis: String,
}

impl Clause {
    /// Which petitions it can be for.
    fn fits(&self, matter: Matter) -> bool {
        self.category.is_none_or(|category| category == matter.category)
            && (self.priority == Priority::Normal || matter.priority == Priority::Urgent)
    }

    /// The narrower line wins: what is said of urgent petitions before what is said of a category.
    fn narrowness(&self) -> (Priority, bool) {
        (self.priority, self.category.is_some())
    }
}

/// One version of all terms. A petition keeps the version it was filed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub version: i32,
    pub clauses: Vec<Clause>,
}

impl Policy {
    /// The line that holds for a petition of this kind.
    pub fn clause(&self, step: Step, matter: Matter) -> Option<&Clause> {
        let fitting = self.clauses.iter().filter(|clause| clause.step == step && clause.fits(matter));
        fitting.max_by_key(|clause| clause.narrowness())
    }
}
