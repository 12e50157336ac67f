//! Events that wait to be delivered: in lanes, one a citizen, whose first alone may go; or loose, on their own.
//!
//! Nothing here looks at everything: a citizen with a thousand waiting events costs what one costs.

use std::collections::{BTreeSet, HashMap, VecDeque};

use chrono::{DateTime, Utc};

use super::event::Event;
use super::phone::PhoneId;

/// An event on its way.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub number: u64,
    pub citizen: PhoneId,
    pub event: Event,
    /// The bubble that shows whether the service took it.
    pub msg_id: Option<String>,
    pub due_at: DateTime<Utc>,
    pub failures: usize,
    /// So many requests go out at the same instant.
    pub copies: usize,
    is_in_lane: bool,
}

impl Delivery {
    /// An event that keeps its place among those of the same citizen.
    pub fn new(citizen: PhoneId, event: Event, msg_id: Option<String>, due_at: DateTime<Utc>) -> Self {
        Self { number: 0, citizen, event, msg_id, due_at, failures: 0, copies: 1, is_in_lane: true }
    }

    /// An event that waits for no other and that no other waits for.
    #[must_use]
    pub fn loose(self) -> Self {
        Self { is_in_lane: false, ..self }
    }
}

#[derive(Debug, Default)]
pub struct Post {
    last_number: u64,
    /// All of them, also those under way.
    waiting: HashMap<u64, Delivery>,
    lanes: HashMap<PhoneId, VecDeque<u64>>,
    /// Those that may go when they are due: the first of each lane, and the loose ones.
    ready: BTreeSet<(DateTime<Utc>, u64)>,
}

impl Post {
    pub fn put(&mut self, delivery: Delivery) {
        self.last_number += 1;
        let number = self.last_number;
        let lane_is_empty = !delivery.is_in_lane || {
            let lane = self.lanes.entry(delivery.citizen).or_default();
            lane.push_back(number);
            lane.len() == 1
        };
        if lane_is_empty {
            self.ready.insert((delivery.due_at, number));
        }
        self.waiting.insert(number, Delivery { number, ..delivery });
    }

    /// The next one that is due; it is under way until it is [`Self::done`] or comes [`Self::again`].
    pub fn take(&mut self, at: DateTime<Utc>) -> Option<Delivery> {
        let (due_at, number) = *self.ready.first()?;
        if due_at > at {
            return None;
        }
        self.ready.pop_first();
        self.waiting.get(&number).cloned()
    }

    pub fn done(&mut self, number: u64) -> Option<Delivery> {
        let delivery = self.waiting.remove(&number)?;
        if delivery.is_in_lane {
            self.next_of(delivery.citizen);
        }
        Some(delivery)
    }

    /// It failed and goes again at that time. False: it is not here any more.
    pub fn again(&mut self, number: u64, due_at: DateTime<Utc>) -> bool {
        let Some(delivery) = self.waiting.get_mut(&number) else { return false };
        delivery.failures += 1;
        delivery.due_at = due_at;
        self.ready.insert((due_at, number))
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn clear(&mut self) {
        *self = Self { last_number: self.last_number, ..Self::default() };
    }

    fn next_of(&mut self, citizen: PhoneId) {
        let Some(lane) = self.lanes.get_mut(&citizen) else { return };
        lane.pop_front();
        match lane.front().and_then(|number| self.waiting.get(number)) {
            Some(next) => drop(self.ready.insert((next.due_at, next.number))),
            None => drop(self.lanes.remove(&citizen)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    fn delivery(citizen: usize, name: &str) -> Delivery {
        Delivery::new(PhoneId(citizen), Event::named(name), None, at(0))
    }

    fn due(post: &mut Post, seconds: i64) -> Vec<String> {
        std::iter::from_fn(|| post.take(at(seconds))).map(|delivery| delivery.event.name).collect()
    }

    #[test]
    fn only_the_first_of_a_lane_goes_and_the_next_when_it_is_done() {
        let mut post = Post::default();
        for (citizen, name) in [(1, "một"), (1, "hai"), (2, "ba")] {
            post.put(delivery(citizen, name));
        }
        post.put(delivery(1, "lẻ").loose());
        assert_eq!(due(&mut post, -1), Vec::<String>::new());
        assert_eq!(due(&mut post, 0), ["một", "ba", "lẻ"]);
        assert!(post.again(1, at(30)));
        assert_eq!(due(&mut post, 29), Vec::<String>::new(), "«hai» waits for «một»");
        assert_eq!(due(&mut post, 30), ["một"]);
        assert_eq!(post.done(1).map(|delivery| delivery.failures), Some(1));
        assert_eq!(due(&mut post, 30), ["hai"]);
        assert_eq!(post.len(), 3);
        post.clear();
        assert!(post.len() == 0 && !post.again(2, at(0)) && post.done(2).is_none());
    }
}
