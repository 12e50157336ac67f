//! The words and the rules of `lexicon.toml`, in checked form.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::Class;
use super::phrase::{Index, Phrase};
use super::text::{Form, Shortenings, words};

/// So near to each other are signs of one matter, in words, where a verdict says nothing else.
const NEAR: usize = 25;

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::read(include_str!("lexicon.toml")).expect("lexicon.toml comes with the program and is read by a test")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    shortenings: BTreeMap<String, String>,
    sign: Vec<SignRow>,
    matter: Vec<Matter>,
    verdict: Vec<VerdictRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignRow {
    name: String,
    words: Vec<String>,
    /// Where these words stand, the sign is not given.
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    gives: BTreeMap<String, f64>,
}

/// A procedure, and whose task it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Matter {
    pub words: Vec<String>,
    #[serde(default)]
    pub not: Vec<String>,
    /// A code of `agencies.csv`; empty: the commune's.
    #[serde(default)]
    pub agency: String,
    /// A commune that is named has it instead.
    #[serde(default)]
    pub yields: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerdictRow {
    class: String,
    weight: f64,
    all: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
    near: Option<usize>,
    subject: Option<String>,
}

pub(super) struct Lexicon {
    pub short: Shortenings,
    pub signs: Vec<Sign>,
    numbers: HashMap<String, usize>,
    pub matters: Vec<Matter>,
    pub verdicts: Vec<Verdict>,
    pub index: Index,
}

pub(super) struct Sign {
    pub name: String,
    pub gives: Vec<(Class, f64)>,
}

/// What signs that stand together amount to.
pub(super) struct Verdict {
    pub class: Class,
    pub weight: f64,
    /// One sign of each list.
    pub all: Vec<Vec<usize>>,
    pub none: Vec<usize>,
    pub near: usize,
    pub subject: Option<String>,
}

/// What a phrase of the index stands for.
pub(super) enum Meaning {
    Sign(usize),
    NotSign(usize),
    Matter(usize),
    NotMatter(usize),
}

impl Meaning {
    fn number(&self) -> usize {
        let (kind, at) = match self {
            Meaning::Sign(at) => (0, at),
            Meaning::NotSign(at) => (1, at),
            Meaning::Matter(at) => (2, at),
            Meaning::NotMatter(at) => (3, at),
        };
        at * 4 + kind
    }

    pub fn of(number: usize) -> Self {
        let at = number / 4;
        match number % 4 {
            0 => Meaning::Sign(at),
            1 => Meaning::NotSign(at),
            2 => Meaning::Matter(at),
            _ => Meaning::NotMatter(at),
        }
    }
}

impl Lexicon {
    /// # Errors
    ///
    /// The first thing that is wrong with the file, in words for whoever edits it.
    fn read(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut index = Index::default();
        for (at, sign) in file.sign.iter().enumerate() {
            add(&mut index, &sign.words, Meaning::Sign(at))?;
            add(&mut index, &sign.not, Meaning::NotSign(at))?;
        }
        for (at, matter) in file.matter.iter().enumerate() {
            add(&mut index, &matter.words, Meaning::Matter(at))?;
            add(&mut index, &matter.not, Meaning::NotMatter(at))?;
        }
        let mut numbers = HashMap::new();
        for (at, sign) in file.sign.iter().enumerate() {
            if numbers.insert(sign.name.clone(), at).is_some() {
                return Err(format!("two signs are called «{}»", sign.name));
            }
        }
        let verdicts = file.verdict.into_iter().map(|row| verdict(row, &numbers)).collect::<Result<_, _>>()?;
        let short = file.shortenings.iter().map(|(short, full)| (short.clone(), forms(full))).collect();
        let signs = file.sign.into_iter().map(sign).collect::<Result<_, _>>()?;
        Ok(Self { short, signs, numbers, matters: file.matter, verdicts, index })
    }

    pub fn sign(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }
}

fn add(index: &mut Index, phrases: &[String], meaning: Meaning) -> Result<(), String> {
    for phrase in phrases {
        index.add(Phrase::parse(phrase)?, meaning.number());
    }
    Ok(())
}

fn forms(text: &str) -> Vec<Form> {
    words(text, &Shortenings::new()).into_iter().map(|word| word.form).collect()
}

fn sign(row: SignRow) -> Result<Sign, String> {
    let gives = row.gives.iter().map(|(name, weight)| Ok((class(name)?, *weight))).collect::<Result<_, String>>()?;
    Ok(Sign { name: row.name, gives })
}

fn verdict(row: VerdictRow, numbers: &HashMap<String, usize>) -> Result<Verdict, String> {
    let number = |name: &str| numbers.get(name).copied().ok_or_else(|| format!("there is no sign «{name}»"));
    let all = row.all.iter().map(|names| names.split('/').map(number).collect()).collect::<Result<_, _>>()?;
    let none = row.none.iter().map(|name| number(name)).collect::<Result<_, _>>()?;
    let near = row.near.unwrap_or(NEAR);
    Ok(Verdict { class: class(&row.class)?, weight: row.weight, all, none, near, subject: row.subject })
}

fn class(name: &str) -> Result<Class, String> {
    Ok(match name {
        "procedure" => Class::Procedure,
        "conduct" => Class::Conduct,
        "outside_city" => Class::OutsideCity,
        "legal_advice" => Class::LegalAdvice,
        "field_report" => Class::FieldReport,
        "private_dispute" => Class::PrivateDispute,
        "judicial" => Class::Judicial,
        "khieu_nai" => Class::KhieuNai,
        "to_cao" => Class::ToCao,
        "spam" => Class::Spam,
        _ => return Err(format!("there is no class «{name}»")),
    })
}
