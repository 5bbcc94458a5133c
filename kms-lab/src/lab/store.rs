//! A lab's file.
//!
//! SQLite with a rollback journal: a lab is one file, and a command that is killed leaves it as it
//! was before. Whoever writes takes the write lock first and reads after, so no two commands build
//! on the same past.

use std::path::Path;
use std::time::Duration;

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

use crate::lab::entry::Entry;
use crate::lab::head::Head;
use crate::lab::trouble::Trouble;
use crate::prompt::reply::Reply;
use crate::scenario::source::Source;

/// What tells a lab from any other SQLite file: `KMSL`.
const APPLICATION: i32 = 0x4b4d_534c;

/// The form of the tables below.
const FORM: i64 = 1;

/// How long a command waits for another to end where nobody says.
const WAIT: Duration = Duration::from_secs(30);

const TABLES: &str = "
CREATE TABLE lab (
    made_by TEXT NOT NULL,
    seed TEXT NOT NULL,
    live_since INTEGER,
    begun INTEGER NOT NULL
) STRICT;
CREATE TABLE source (ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE entry (
    ordinal INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    deed TEXT NOT NULL,
    code INTEGER,
    text TEXT
) STRICT;
";

/// An open file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

/// All that stands in the file.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What it was made from.
    pub head: Head,
    /// How often it was begun anew before.
    pub begun: i64,
    /// What was done since, in order.
    pub entries: Vec<Entry>,
}

/// The file while nobody else may write it.
#[derive(Debug)]
pub struct Writing<'s> {
    transaction: Transaction<'s>,
}

impl Store {
    /// Makes a lab. One that is there is replaced only where that is wanted; a file of something
    /// else never is.
    ///
    /// # Errors
    ///
    /// When there is a file, or it cannot be written.
    pub fn make(path: &Path, head: &Head, replace: bool) -> Result<(), Trouble> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Self::connect(path, flags)?;
        let transaction =
            store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
        let mut begun = 0_i64;
        if tables > 0 {
            if application(&transaction)? != APPLICATION {
                return Err(Trouble::Foreign);
            }
            if !replace {
                return Err(Trouble::Exists);
            }
            begun = transaction
                .query_row("SELECT begun FROM lab", (), |row| row.get(0))
                .map_or(0, |begun: i64| begun.saturating_add(1));
            transaction.execute_batch(
                "DROP TABLE IF EXISTS lab; DROP TABLE IF EXISTS source; DROP TABLE IF EXISTS entry;",
            )?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORM)?;
        transaction.execute_batch(TABLES)?;
        transaction.execute(
            "INSERT INTO lab (made_by, seed, live_since, begun) VALUES (?1, ?2, ?3, ?4)",
            params![
                head.made_by,
                head.seed.to_string(),
                head.live_since.map(|since| since.0),
                begun
            ],
        )?;
        for (ordinal, source) in (0_i64..).zip(&head.sources) {
            transaction.execute(
                "INSERT INTO source (ordinal, name, text) VALUES (?1, ?2, ?3)",
                params![ordinal, source.name, source.text],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Opens a lab that is there.
    ///
    /// # Errors
    ///
    /// When there is none, or it is none.
    pub fn open(path: &Path) -> Result<Self, Trouble> {
        if !path.exists() {
            return Err(Trouble::Missing);
        }
        // A file that cannot be written is opened all the same, to be read.
        let store = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if application(&store.connection)? != APPLICATION {
            return Err(Trouble::Foreign);
        }
        let form = store.connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if form != FORM {
            let made_by =
                store.connection.query_row("SELECT made_by FROM lab", (), |row| row.get(0));
            return Err(Trouble::Form { form, made_by: made_by.optional().unwrap_or(None) });
        }
        Ok(store)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self, Trouble> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(WAIT)?;
        Ok(Self { connection })
    }

    /// Waits no longer than this for other commands to end.
    ///
    /// # Errors
    ///
    /// When SQLite will not have it.
    pub fn wait(&self, Nanos(nanos): Nanos) -> Result<(), Trouble> {
        let wait = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
        self.connection.busy_timeout(wait)?;
        Ok(())
    }

    /// A number that changes whenever another process has changed the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn version(&self) -> Result<i64, Trouble> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// All that stands in it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or says what no lab says.
    pub fn read(&mut self) -> Result<Recorded, Trouble> {
        let transaction = self.connection.transaction()?;
        read(&transaction)
    }

    /// Takes the right to write.
    ///
    /// # Errors
    ///
    /// When another has it and does not let go, or the file cannot be written.
    pub fn write(&mut self) -> Result<Writing<'_>, Trouble> {
        let behavior = TransactionBehavior::Immediate;
        Ok(Writing { transaction: self.connection.transaction_with_behavior(behavior)? })
    }

    /// Forgets what was done.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn reset(&mut self) -> Result<(), Trouble> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        transaction.execute_batch("DELETE FROM entry; UPDATE lab SET begun = begun + 1;")?;
        transaction.commit()?;
        Ok(())
    }
}

impl Writing<'_> {
    /// All that stands in it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or says what no lab says.
    pub fn read(&self) -> Result<Recorded, Trouble> {
        read(&self.transaction)
    }

    /// Adds to the log, and lets others write again.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then nothing was added.
    pub fn append(self, entry: &Entry) -> Result<(), Trouble> {
        let deed = serde_json::to_string(&entry.deed);
        let deed = deed.map_err(|error| Trouble::Damaged(error.to_string()))?;
        let reply = entry.reply.as_ref();
        self.transaction.execute(
            "INSERT INTO entry (at, ended, deed, code, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                entry.at.0,
                entry.ended.0,
                deed,
                reply.map(|reply| reply.code),
                reply.map(|reply| reply.text.as_str())
            ],
        )?;
        self.transaction.commit()?;
        Ok(())
    }
}

fn application(connection: &Connection) -> Result<i32, Trouble> {
    Ok(connection.pragma_query_value(None, "application_id", |row| row.get(0))?)
}

fn read(connection: &Connection) -> Result<Recorded, Trouble> {
    let lab = "SELECT made_by, seed, live_since, begun FROM lab";
    let (made_by, seed, live_since, begun): (String, String, Option<i64>, i64) = connection
        .query_row(lab, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let seed = seed.parse().map_err(|_| Trouble::Damaged(format!("its seed is {seed:?}")))?;
    let mut sources = connection.prepare("SELECT name, text FROM source ORDER BY ordinal")?;
    let sources =
        sources.query_map((), |row| Ok(Source { name: row.get(0)?, text: row.get(1)? }))?;
    let sources = sources.collect::<Result<Vec<_>, _>>()?;
    let rows = "SELECT ordinal, at, ended, deed, code, text FROM entry ORDER BY ordinal";
    let mut rows = connection.prepare(rows)?;
    let rows = rows.query_map((), |row| {
        let (code, text): (Option<u32>, Option<String>) = (row.get(4)?, row.get(5)?);
        let reply = code.zip(text).map(|(code, text)| Reply { text, code });
        let (ordinal, deed): (i64, String) = (row.get(0)?, row.get(3)?);
        Ok((ordinal, Nanos(row.get(1)?), Nanos(row.get(2)?), deed, reply))
    })?;
    let mut entries = Vec::new();
    for row in rows {
        let (ordinal, at, ended, deed, reply) = row?;
        let deed = serde_json::from_str(&deed)
            .map_err(|error| Trouble::Damaged(format!("entry {ordinal}: {error}")))?;
        entries.push(Entry { at, ended, deed, reply });
    }
    let live_since = live_since.map(Moment);
    Ok(Recorded { head: Head { made_by, seed, live_since, sources }, begun, entries })
}
