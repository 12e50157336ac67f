//! Words that work everywhere (voice.md 5).

use super::super::answer::choice;
use super::super::answer::words::{Lexicon, Meaning, Spoken, is_too_long};
use super::super::definition::Item;
use super::super::session::{Aside, Pending};
use super::Scene;

/// What a message asks to edit.
enum Wanted<'f> {
    Item(&'f Item),
    /// A number or a name that is no item.
    Unknown,
}

impl<'a> Scene<'a> {
    /// Whether the message was a command, and was carried out.
    pub(super) fn command(&mut self, text: &str) -> bool {
        if self.session.open.is_some()
            && let Some(wanted) = self.wants_to_edit(text)
        {
            match wanted {
                Wanted::Item(item) => self.edit(item),
                Wanted::Unknown => self.no_such_item(),
            }
            return true;
        }
        let meanings = self.catalog.menu.lexicon.meanings(text);
        let is_open = self.session.open.is_some();
        let command = COMMANDS.iter().find(|meaning| {
            meanings.contains(meaning)
                && (is_open || !NEEDS_FORM.contains(meaning))
                && (!is_open || self.may_interrupt(**meaning, meanings.len()))
        });
        match command {
            Some(command) => self.obey(*command, text),
            None => return false,
        }
        true
    }

    /// Whether a word about a result or a request is meant so although a form is open: where there is such a petition,
    /// and the word means nothing else.
    fn may_interrupt(&self, meaning: Meaning, meanings: usize) -> bool {
        match meaning {
            Meaning::Finished => meanings == 1 && self.is_possible("survey"),
            Meaning::Unfinished => meanings == 1 && self.is_possible("reopen"),
            Meaning::Gone => self.facts.petitions.iter().any(|petition| petition.awaiting.is_some()),
            _ => true,
        }
    }

    fn obey(&mut self, command: Meaning, text: &str) {
        let is_open = self.session.open.is_some();
        self.session.idle = 0;
        match command {
            Meaning::Back if is_open && self.session.aside.is_some() => self.ask(),
            Meaning::Back if is_open => self.back(),
            Meaning::Back if matches!(self.session.aside, Some(Aside::Looking | Aside::Foreign { .. })) => self.mine(),
            Meaning::Review if self.follow_up().is_some() => self.ask(),
            Meaning::Review => self.ask_review(),
            Meaning::Edit if self.follow_up().is_some() => self.small_case("nothing_to_edit"),
            Meaning::Edit => self.which_item(),
            Meaning::Back => self.greet(),
            Meaning::Cancel => self.leave_question("cancel"),
            Meaning::Stop if is_open => self.leave_question("cancel"),
            Meaning::Keep if is_open => self.keep(),
            Meaning::Keep => self.screen("nothing_open"),
            Meaning::GoOn => self.go_on(),
            Meaning::Restart if is_open && self.has_substance() => self.leave_question("restart"),
            Meaning::Restart | Meaning::Start => self.start(),
            Meaning::Lookup => self.mine(),
            Meaning::Help | Meaning::About => self.small_case("help"),
            Meaning::Machine => self.small_case("machine"),
            Meaning::Privacy => self.small_case("privacy"),
            Meaning::Person => self.wants_officer("person"),
            Meaning::Supplement if is_open && self.follow_up().is_none() && !self.is_possible("supplement") => {
                self.small_case("not_sent_yet");
            }
            Meaning::Supplement => self.start_follow_up("supplement"),
            // with nothing in the register it can only be the draft that is to be given up
            Meaning::Withdraw if is_open && !self.is_possible("withdraw") => self.leave_question("cancel"),
            Meaning::Withdraw => self.start_follow_up("withdraw"),
            // «xong» means much; of a result only where there is one
            Meaning::Finished if !self.is_possible("survey") && self.catalog.menu.lexicon.meanings(text).len() > 1 => {
                self.thanked();
            }
            Meaning::Finished => self.start_follow_up("survey"),
            Meaning::Unfinished => self.start_follow_up("reopen"),
            Meaning::Gone => self.says_gone(),
            Meaning::Data => self.my_data(),
            Meaning::Erase => self.erase_question(),
            Meaning::Correct => self.correct_question(),
            Meaning::WithdrawConsent => self.withdraw_question(),
            Meaning::NoMessages => self.screen("data_messages"),
            Meaning::Greeting if is_open => self.small_case("mid_greeting"),
            Meaning::Greeting => self.arrived(true),
            Meaning::Yes if self.session.aside == Some(Aside::Notice) => self.agreed_first(),
            _ if self.session.aside == Some(Aside::Notice) || self.session.heard_at.is_none() => self.first_words(text),
            _ => self.thanked(),
        }
    }

    /// «sửa mục 4», «đổi số điện thoại», «sai tên rồi»; after «Sửa», also the bare number or name.
    fn wants_to_edit(&self, text: &str) -> Option<Wanted<'a>> {
        let lexicon = &self.catalog.menu.lexicon;
        if is_too_long(text) {
            return None;
        }
        let is_asked = matches!(self.open().pending, Some(Pending::Which));
        for form in lexicon.forms(text) {
            let said = form.folded.as_str();
            let (target, has_verb) = match without_verb(lexicon, said) {
                Some(target) => (target, true),
                None => (said, false),
            };
            let number =
                without_lead(&lexicon.lists.item_leads, target).or_else(|| glued(&lexicon.lists.item_leads, target));
            let has_lead = number.is_some();
            let number = choice::number(lexicon, number.unwrap_or(target), 0);
            if (has_verb || has_lead || is_asked)
                && let Some(number) = number
            {
                let item = self.items().find(|item| usize::try_from(item.number) == Ok(number));
                return Some(item.map_or(Wanted::Unknown, Wanted::Item));
            }
            // «nhầm nha» is a mistake, not a house.
            if (has_verb || is_asked) && !lexicon.lists.fillers.iter().any(|filler| filler == target) {
                let is_named = |item: &&Item| item.words.iter().any(|word| Spoken::new(word).folded == target);
                if let Some(item) = self.items().find(is_named) {
                    return Some(Wanted::Item(item));
                }
            }
        }
        None
    }

    /// The items that apply to this petition.
    pub(super) fn items(&self) -> impl Iterator<Item = &'a Item> {
        let form = self.form();
        let applies = |item: &&Item| {
            item.steps.iter().filter_map(|id| form.step(id)).any(|step| step.when.holds(|name| self.answer_to(name)))
        };
        form.items.iter().filter(applies).collect::<Vec<_>>().into_iter()
    }

    pub(super) fn edit(&mut self, item: &'a Item) {
        self.take_known_for(item);
        let form = self.form();
        let mut steps = item.steps.iter().filter_map(|id| form.step(id));
        let step = steps.find(|step| step.when.holds(|name| self.answer_to(name)));
        match step {
            Some(step) => self.reopen(&step.id),
            None => self.no_such_item(),
        }
    }

    fn no_such_item(&mut self) {
        if self.follow_up().is_some() {
            return self.small_case("nothing_to_edit");
        }
        self.small_case("no_item");
    }
}

/// In the order in which they win when a word means several.
const COMMANDS: [Meaning; 28] = [
    Meaning::Back,
    Meaning::Review,
    Meaning::Cancel,
    Meaning::Keep,
    Meaning::GoOn,
    Meaning::Restart,
    Meaning::Start,
    Meaning::Lookup,
    Meaning::Help,
    Meaning::About,
    Meaning::Machine,
    Meaning::Privacy,
    Meaning::Person,
    Meaning::Supplement,
    Meaning::Withdraw,
    Meaning::Unfinished,
    Meaning::Finished,
    Meaning::Gone,
    Meaning::Data,
    Meaning::Erase,
    Meaning::Correct,
    Meaning::WithdrawConsent,
    Meaning::NoMessages,
    Meaning::Edit,
    Meaning::Stop,
    Meaning::Greeting,
    Meaning::Thanks,
    Meaning::Yes,
];

/// What means nothing while no form is open.
const NEEDS_FORM: [Meaning; 2] = [Meaning::Review, Meaning::Edit];

/// The message without «sửa», or without «sai … rồi».
fn without_verb<'t>(lexicon: &Lexicon, said: &'t str) -> Option<&'t str> {
    if let Some(target) = without_lead(&lexicon.lists.edit_verbs, said) {
        return Some(target);
    }
    let shortened = said.strip_suffix(" roi").unwrap_or(said);
    without_lead(&lexicon.lists.wrong, shortened).or_else(|| {
        lexicon.lists.wrong.iter().find_map(|wrong| shortened.strip_suffix(wrong.as_str())?.strip_suffix(' '))
    })
}

/// «s3»
fn glued<'t>(leads: &[String], said: &'t str) -> Option<&'t str> {
    leads.iter().find_map(|lead| said.strip_prefix(lead.as_str()).filter(|rest| rest.parse::<u32>().is_ok()))
}

fn without_lead<'t>(leads: &[String], said: &'t str) -> Option<&'t str> {
    leads.iter().find_map(|lead| said.strip_prefix(lead.as_str())?.strip_prefix(' '))
}
