//! The host's part of the event log: a ring that forgets its oldest entries and says how many.

use std::collections::VecDeque;

use kms_proto::kms::hresult::HResult;
use kms_proto::time::FileTime;
use kms_proto::windows::event::dns_published::DnsPublished;
use kms_proto::windows::event::request_processed::RequestProcessed;
use kms_proto::windows::event::{Event, Level, Log, PROVIDER};
use serde::Serialize;

/// The last entries, as values; their texts are made when they are read.
#[derive(Clone, Debug)]
pub struct EventLog {
    records: VecDeque<Record>,
    capacity: usize,
    /// How many there ever were.
    written: u64,
}

/// One entry.
#[derive(Clone, Debug)]
struct Record {
    time_created: FileTime,
    what: What,
}

/// What an entry is about.
#[derive(Clone, Debug)]
enum What {
    /// Event 12290 of a request that could be read.
    Request(RequestProcessed),
    /// Event 12290 of a request of which nothing could be read.
    Unreadable(HResult),
    /// Event 12293 or 12294.
    Dns(DnsPublished),
}

/// How full an event log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fill {
    /// Entries that can be read.
    pub kept: usize,
    /// Entries it keeps at most.
    pub capacity: usize,
    /// Entries that left for newer ones.
    pub dropped: u64,
}

impl EventLog {
    /// An empty log that keeps `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        let mut log = Self { records: VecDeque::new(), capacity: 0, written: 0 };
        log.set_capacity(capacity);
        log
    }

    /// Keeps `capacity` entries from now on; the oldest leave.
    pub fn set_capacity(&mut self, capacity: usize) {
        let over = self.records.len().saturating_sub(capacity);
        self.records.drain(..over);
        self.capacity = capacity;
        // Room for what a host keeps by default; more is made as entries come.
        let room = capacity.min(crate::config::EVENT_CAPACITY);
        self.records.reserve_exact(room.saturating_sub(self.records.len()));
    }

    /// Writes event 12290 of a request that could be read.
    pub fn request(&mut self, record: RequestProcessed, time_created: FileTime) {
        self.push(Record { time_created, what: What::Request(record) });
    }

    /// Writes event 12290 of a request of which only the answer is known.
    pub fn unreadable(&mut self, result: HResult, time_created: FileTime) {
        self.push(Record { time_created, what: What::Unreadable(result) });
    }

    /// Writes event 12293 or 12294.
    pub fn dns(&mut self, record: DnsPublished, time_created: FileTime) {
        self.push(Record { time_created, what: What::Dns(record) });
    }

    /// How full it is.
    pub fn fill(&self) -> Fill {
        let kept = self.records.len();
        Fill { kept, capacity: self.capacity, dropped: self.dropped() }
    }

    /// The entries after the one numbered `after`, oldest first, with their numbers from 1.
    pub fn since(&self, after: u64) -> impl Iterator<Item = (u64, Event)> {
        let dropped = self.dropped();
        let skip = usize::try_from(after.saturating_sub(dropped)).unwrap_or(usize::MAX);
        let first = dropped.saturating_add(1);
        (first..).zip(&self.records).skip(skip).map(|(number, record)| (number, record.event()))
    }

    fn dropped(&self) -> u64 {
        let kept = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        self.written.saturating_sub(kept)
    }

    fn push(&mut self, record: Record) {
        self.written = self.written.saturating_add(1);
        if self.records.len() >= self.capacity {
            self.records.pop_front();
        }
        if self.records.len() < self.capacity {
            self.records.push_back(record);
        }
    }
}

impl Record {
    fn event(&self) -> Event {
        match &self.what {
            What::Request(record) => record.event(self.time_created),
            What::Dns(record) => record.event(self.time_created),
            What::Unreadable(result) => Event {
                id: RequestProcessed::ID,
                log: Log::KeyManagementService,
                provider: PROVIDER,
                level: Level::Information,
                time_created: self.time_created,
                message: "An activation request has been processed.".to_owned(),
                // The eight fields of the request are there, and empty.
                info: format!("{result},,,,,,,,"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_leave_and_numbers_stay() {
        let mut log = EventLog::new(3);
        for code in 1..=5 {
            log.unreadable(HResult(code), FileTime(code.into()));
        }
        assert_eq!(log.fill(), Fill { kept: 3, capacity: 3, dropped: 2 });
        let numbers = |log: &EventLog, after| log.since(after).map(|e| e.0).collect::<Vec<_>>();
        assert_eq!(numbers(&log, 0), [3, 4, 5]);
        assert_eq!(numbers(&log, 4), [5]);
        assert_eq!(numbers(&log, 9), [0; 0]);
        assert_eq!(log.since(4).next().unwrap().1.info, "0x00000005,,,,,,,,");

        log.set_capacity(1);
        assert_eq!(numbers(&log, 0), [5]);
        log.set_capacity(0);
        log.unreadable(HResult(6), FileTime(6));
        assert_eq!(log.fill(), Fill { kept: 0, capacity: 0, dropped: 6 });
    }

    #[test]
    fn publishing_in_dns_stands_in_the_same_log() {
        let mut log = EventLog::new(2);
        let domain = "lab.example".to_owned();
        log.dns(DnsPublished { domain, result: HResult::OK }, FileTime(1));
        assert_eq!(log.since(0).next().unwrap().1.id, DnsPublished::SUCCEEDED);
    }
}
