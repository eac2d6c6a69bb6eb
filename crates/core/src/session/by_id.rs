//! Things of a session that events name by an id.

use std::collections::HashMap;
use std::sync::Arc;

use super::log::Slot;

/// Values by id, each made when its id is first heard.
#[derive(Clone, Debug)]
pub(super) struct ById<T> {
    // The same map as the log's, so that the page has its code once.
    numbers: HashMap<Arc<str>, Slot>,
    values: Vec<T>,
}

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::default(),
            values: Vec::new(),
        }
    }
}

impl<T: Default> ById<T> {
    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.numbers.get(id).map(|number| &self.values[*number as usize])
    }

    pub(super) fn entry(&mut self, id: &str) -> &mut T {
        let next = self.values.len() as Slot;
        let number = match self.numbers.get(id) {
            Some(number) => *number,
            None => {
                self.numbers.insert(Arc::from(id), next);
                self.values.push(T::default());
                next
            }
        };
        &mut self.values[number as usize]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }
}
