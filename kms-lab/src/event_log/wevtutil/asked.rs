//! What `wevtutil qe` is told.

use kms_proto::windows::event::Log;

use crate::event_log::query::Query;
use crate::event_log::record::log;
use crate::event_log::structured::{Broken, Structured};
use crate::event_log::wevtutil::{INVALID_PARAMETER, INVALID_QUERY, NO_CHANNEL};
use crate::prompt::reply::Reply;

/// How entries are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Xml,
    RenderedXml,
    Text,
}

/// Which entries.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Which {
    /// Those of a log, or of it those that answer a query.
    Of(Log, Option<Query>),
    /// Those that answer a structured query, of whatever logs it names.
    Structured(Structured),
}

/// A question that was understood.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) which: Which,
    pub(super) form: Form,
    /// At most so many.
    pub(super) count: Option<usize>,
    /// Newest first.
    pub(super) reverse: bool,
    /// The element around all of them.
    pub(super) root: Option<String>,
}

/// The options as they were written.
#[derive(Debug, Default)]
struct Options<'a> {
    path: Option<&'a str>,
    query: Option<&'a str>,
    structured: bool,
    form: Form,
    count: Option<usize>,
    reverse: bool,
    root: Option<String>,
}

impl Asked {
    /// Reads what stands after `qe`. Options stand anywhere: `/c:3` or `/count:3`.
    pub(super) fn read(args: &[String]) -> Result<Self, Reply> {
        let options = Options::read(args)?;
        let Some(path) = options.path else {
            return Err(Reply::failed(
                "Too few arguments: the name of a log.\n",
                INVALID_PARAMETER,
            ));
        };
        let structured =
            |text: &str| Structured::parse(text).map(Which::Structured).map_err(broken);
        let which = match options.query {
            // A structured query stands in the place of the log's name; whoever called for it from
            // a shell has read the file already.
            None if options.structured => structured(path)?,
            Some(query) if options.structured => return Err(invalid(query)),
            // It names its own logs, wherever it stands.
            Some(query) if Structured::is_one(query) => structured(query)?,
            query => {
                let log = log(path).ok_or_else(|| broken(Broken::Log))?;
                let query = query.map(|query| Query::parse(query).ok_or(Broken::Query));
                Which::Of(log, query.transpose().map_err(broken)?)
            }
        };
        let Options { form, count, reverse, root, .. } = options;
        Ok(Self { which, form, count, reverse, root })
    }
}

impl<'a> Options<'a> {
    fn read(args: &'a [String]) -> Result<Self, Reply> {
        let mut options = Self::default();
        for arg in args {
            let Some(option) = arg.strip_prefix(['/', '-']) else {
                if options.path.is_some() {
                    return Err(invalid(arg));
                }
                options.path = Some(arg);
                continue;
            };
            let (name, value) = option.split_once(':').ok_or_else(|| invalid(arg))?;
            match name.to_ascii_lowercase().as_str() {
                "q" | "query" => options.query = Some(value),
                "sq" | "structuredquery" => {
                    options.structured = flag(value).ok_or_else(|| invalid(arg))?;
                }
                "f" | "format" => {
                    options.form = match value.to_ascii_lowercase().as_str() {
                        "xml" => Form::Xml,
                        "renderedxml" => Form::RenderedXml,
                        "text" => Form::Text,
                        _ => return Err(invalid(arg)),
                    };
                }
                "c" | "count" => {
                    options.count = Some(value.parse().map_err(|_| invalid(arg))?);
                }
                "rd" | "reversedirection" => {
                    options.reverse = flag(value).ok_or_else(|| invalid(arg))?;
                }
                "e" | "element" if is_name(value) => options.root = Some(value.to_owned()),
                // No computer here keeps a log in a file.
                "lf" | "logfile" if flag(value) == Some(false) => {}
                // Every computer here speaks American English.
                "l" | "locale" => {}
                _ => return Err(invalid(arg)),
            }
        }
        Ok(options)
    }
}

/// The file that holds the structured query which these arguments call for: the argument's place.
pub fn query_file(args: &[String]) -> Option<usize> {
    let options = Options::read(args.get(1..)?).ok()?;
    let path = options.path.filter(|path| options.structured && !Structured::is_one(path))?;
    args.iter().skip(1).position(|arg| arg == path).map(|place| place + 1)
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" => Some(true),
        "false" | "f" => Some(false),
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn invalid(arg: &str) -> Reply {
    Reply::failed(format!("Invalid option or value: {arg}\n"), INVALID_PARAMETER)
}

fn broken(broken: Broken) -> Reply {
    match broken {
        Broken::Query => {
            let text = "Failed to read events. The specified query is invalid.\n";
            Reply::failed(text, INVALID_QUERY)
        }
        Broken::Log => {
            let text = "Failed to read events. The specified channel could not be found.\n";
            Reply::failed(text, NO_CHANNEL)
        }
    }
}
