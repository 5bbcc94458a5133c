//! What a journal line says of faults.

/// The faults of one exchange, or of one thing that is no exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The ids of the rules that bent it, each once, in the order they did.
    pub faults: Vec<String>,
    /// The rules that nearly did, each with what was in the way: `slow: window starts at 1h`.
    pub near: Vec<String>,
    /// What was drawn, by rule and name, as it prints.
    pub draws: Vec<(String, String)>,
}

impl Notes {
    /// Nothing to say, which costs nothing.
    pub const NONE: Self = Self { faults: Vec::new(), near: Vec::new(), draws: Vec::new() };

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty() && self.near.is_empty()
    }

    /// Notes that a rule bent something.
    pub(crate) fn bent(&mut self, id: &str) {
        if !self.faults.iter().any(|known| known == id) {
            self.faults.push(id.to_owned());
        }
    }

    /// Notes that a rule nearly did, and why it did not.
    pub(crate) fn near(&mut self, id: &str, why: &str) {
        self.near.push(format!("{id}: {why}"));
    }

    /// Notes what was drawn.
    pub(crate) fn drew(&mut self, id: &str, name: &str, value: &impl ToString) {
        self.draws.push((format!("{id}.{name}"), value.to_string()));
    }
}
