//! A policy as the office types it: every mistake is named at once, with its field. Pure.
//!
//! Each step has a line for everybody (`amount_answer`, `unit_accept`, `basis_answer`); below stand lines that are narrower
//! (`step_1`, `category_1`, `priority_1`, `amount_1`, `unit_1`, `basis_1`), empty ones among them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::policy::{Clause, Policy, Priority, Step, Term, Unit};
use crate::petition::calendar::{Wrong, read_day};
use crate::petition::kinds::Category;

/// How many empty lines stand below those that are there.
const EMPTY_LINES: usize = 3;
/// More is a mistake in typing.
const MOST_LINES: usize = 40;
const AMOUNT: std::ops::RangeInclusive<u32> = 1..=120;
const BASIS_LENGTH: std::ops::RangeInclusive<usize> = 5..=300;

/// What was typed, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft(BTreeMap<String, String>);

/// What a draft says once it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    pub valid_from: NaiveDate,
    pub clauses: Vec<Clause>,
}

impl FromIterator<(String, String)> for Draft {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(fields: T) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl Draft {
    /// A draft that says what this policy says, to begin with.
    pub fn like(policy: &Policy) -> Self {
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, of: &str, value: String| fields.insert(format!("{name}_{of}"), value);
        let (wide, narrow): (Vec<_>, Vec<_>) = policy.clauses.iter().partition(|clause| is_wide(clause));
        for clause in wide {
            let of = clause.step.name();
            put("amount", of, clause.term.amount.to_string());
            put("unit", of, clause.term.unit.name().to_owned());
            put("basis", of, clause.basis.clone());
        }
        for (nth, clause) in narrow.into_iter().enumerate() {
            let of = (nth + 1).to_string();
            put("step", &of, clause.step.name().to_owned());
            put("category", &of, clause.category.map_or("any", Category::name).to_owned());
            put("priority", &of, clause.priority.name().to_owned());
            put("amount", &of, clause.term.amount.to_string());
            put("unit", &of, clause.term.unit.name().to_owned());
            put("basis", &of, clause.basis.clone());
        }
        Self(fields)
    }

    /// What stands in a field.
    pub fn value(&self, field: &str) -> &str {
        self.0.get(field).map_or("", |value| value.trim())
    }

    /// The numbers of the narrower lines, a few empty ones at the end.
    pub fn lines(&self) -> Vec<usize> {
        let last = (1..=MOST_LINES).rev().find(|line| !self.is_empty(*line)).unwrap_or(0);
        (1..=(last + EMPTY_LINES).min(MOST_LINES)).collect()
    }

    fn is_empty(&self, line: usize) -> bool {
        ["step", "amount", "basis"].iter().all(|name| self.value(&format!("{name}_{line}")).is_empty())
    }

    /// The policy, or everything that is wrong with it.
    pub fn read(&self, today: NaiveDate) -> Result<Readable, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let valid_from = self.first_day(today).map_err(|wrong| wrongs.push(wrong)).ok();
        let wide = Step::ALL.iter().map(|step| self.clause(step.name(), *step, None, Priority::Normal));
        let narrow = (1..=MOST_LINES).filter(|line| !self.is_empty(*line)).map(|line| self.narrow(line));
        let mut clauses: Vec<Clause> = Vec::new();
        for clause in wide.chain(narrow) {
            match clause {
                Err(more) => wrongs.extend(more),
                Ok((field, clause)) if clauses.iter().any(|other| is_same_kind(other, &clause)) => {
                    let say = format!("{}: đã có một dòng cho đúng loại việc và mức khẩn này.", clause.step.word());
                    wrongs.push(Wrong { field, say });
                }
                Ok((_, clause)) => clauses.push(clause),
            }
        }
        match valid_from {
            Some(valid_from) if wrongs.is_empty() => Ok(Readable { valid_from, clauses }),
            _ => Err(wrongs),
        }
    }

    /// A policy is never changed for petitions that are there already.
    fn first_day(&self, today: NaiveDate) -> Result<NaiveDate, Wrong> {
        let wrong = |say: &str| Wrong { field: "valid_from".to_owned(), say: say.to_owned() };
        let day = read_day(self.value("valid_from"));
        let day = day.ok_or_else(|| wrong("Nhập ngày bắt đầu theo ngày/tháng/năm, ví dụ 1/1/2027."))?;
        if day < today {
            return Err(wrong("Ngày bắt đầu từ hôm nay trở đi: quy định cũ không sửa được."));
        }
        Ok(day)
    }

    fn narrow(&self, line: usize) -> Result<(String, Clause), Vec<Wrong>> {
        let field = |name: &str| format!("{name}_{line}");
        let step = self.value(&field("step")).parse::<Step>().map_err(|_| {
            let say = format!("Dòng riêng {line}: chọn bước.");
            vec![Wrong { field: field("step"), say }]
        })?;
        let category = self.value(&field("category")).parse::<Category>().ok();
        let priority = self.value(&field("priority")).parse().unwrap_or(Priority::Normal);
        self.clause(&line.to_string(), step, category, priority)
    }

    /// The line whose fields end in `of`, with the field that a problem of the whole line is named at.
    fn clause(
        &self,
        of: &str,
        step: Step,
        category: Option<Category>,
        priority: Priority,
    ) -> Result<(String, Clause), Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let place = if of == step.name() { step.word().to_owned() } else { format!("Dòng riêng {of}") };
        let mut wrong = |name: &str, say: &str| {
            wrongs.push(Wrong { field: format!("{name}_{of}"), say: format!("{place}: {say}") });
        };
        let amount = self.value(&format!("amount_{of}")).parse::<u32>().ok().filter(|amount| AMOUNT.contains(amount));
        if amount.is_none() {
            wrong("amount", "nhập một số từ 1 đến 120.");
        }
        let unit = self.value(&format!("unit_{of}")).parse().unwrap_or(Unit::WorkingDay);
        if !step.may_count(unit) {
            wrong("unit", "bước này tính bằng ngày làm việc; chỉ tiếp nhận tính được bằng giờ.");
        }
        let basis = crate::vietnamese::nfc(self.value(&format!("basis_{of}")));
        if !BASIS_LENGTH.contains(&basis.chars().count()) {
            wrong("basis", "ghi căn cứ, từ 5 đến 300 ký tự. Ví dụ: Quyết định số …, điều ….");
        }
        match amount {
            Some(amount) if wrongs.is_empty() => {
                Ok((format!("amount_{of}"), Clause { step, category, priority, term: Term { amount, unit }, basis }))
            }
            _ => Err(wrongs),
        }
    }
}

/// A line for everybody.
fn is_wide(clause: &Clause) -> bool {
    clause.category.is_none() && clause.priority == Priority::Normal
}

fn is_same_kind(one: &Clause, other: &Clause) -> bool {
    (one.step, one.category, one.priority) == (other.step, other.category, other.priority)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let clause = |step: &Step| Clause {
            step: *step,
            category: None,
            priority: Priority::Normal,
            term: Term { amount: 5, unit: Unit::WorkingDay },
            basis: "Quy chế của Thành phố".to_owned(),
        };
        let urgent = Clause { priority: Priority::Urgent, ..clause(&Step::Accept) };
        Policy { version: 1, clauses: Step::ALL.iter().map(clause).chain([urgent]).collect() }
    }

    fn draft(changes: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::like(&policy());
        let changes = [("valid_from", "1/1/2027")].iter().chain(changes);
        draft.0.extend(changes.map(|(field, value)| ((*field).to_owned(), (*value).to_owned())));
        draft
    }

    fn wrong(changes: &[(&str, &str)]) -> Vec<String> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day");
        match draft(changes).read(today) {
            Ok(_) => Vec::new(),
            Err(wrongs) => wrongs.into_iter().map(|wrong| wrong.field).collect(),
        }
    }

    #[test]
    fn a_draft_like_a_policy_reads_as_that_policy() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day");
        let read = draft(&[]).read(today).expect("readable");
        assert_eq!(read.clauses, policy().clauses);
        assert_eq!(read.valid_from, NaiveDate::from_ymd_opt(2027, 1, 1).expect("a day"));
        assert_eq!(draft(&[]).lines(), [1, 2, 3, 4]);
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let changes = [
            ("valid_from", "hôm nào"),
            ("amount_answer", "0"),
            ("basis_answer", ""),
            ("unit_publish", "working_hour"),
            ("amount_3", "5"),
            ("step_4", "accept"),
            ("amount_4", "nhiều"),
        ];
        let fields = ["valid_from", "amount_answer", "basis_answer", "unit_publish", "step_3", "amount_4", "basis_4"];
        assert_eq!(wrong(&changes), fields);
    }

    #[test]
    fn an_old_day_and_a_line_that_stands_twice_are_refused() {
        assert_eq!(wrong(&[("valid_from", "17/11/2026")]), ["valid_from"]);
        assert_eq!(wrong(&[("valid_from", "18/11/2026")]), [""; 0]);
        let again = [("step_2", "accept"), ("priority_2", "urgent"), ("amount_2", "3"), ("basis_2", "Thông lệ iHanoi")];
        assert_eq!(wrong(&again), ["amount_2"]);
        let base = [("step_2", "answer"), ("priority_2", "normal"), ("amount_2", "3"), ("basis_2", "Thông lệ iHanoi")];
        assert_eq!(wrong(&base), ["amount_2"], "it is the line for everybody once more");
    }
}
