//! A scenario file with what it includes: text, not yet a run.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::scenario::Scenario;
use crate::scenario::copies;
use crate::scenario::draw::{Drawn, Pick, Picker, boundary};
use crate::scenario::fields::Fields;
use crate::scenario::head::{self, SeedChoice};
use crate::scenario::mistake::{Broken, Mistake};
use crate::scenario::node::{Node, Table, Value};
use crate::scenario::reading::Reading;
use crate::scenario::source::{At, Source, Sources};
use crate::scenario::sweep::{self, Point};
use crate::scenario::{root, text};

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    file: String,
    sources: Sources,
    root: Node,
    points: Vec<Point>,
    seed: Option<SeedChoice>,
}

/// A run that was read, and what was drawn for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The scenario.
    pub scenario: Scenario,
    /// What was drawn, in the order of the file.
    pub drawn: Vec<Drawn>,
}

impl Document {
    /// Reads a file and what it includes; `read` gives the bytes of a path.
    ///
    /// # Errors
    ///
    /// With every mistake that was found without choosing a run: of TOML, of `include`, of
    /// `[sweep]`.
    pub fn load(path: &Path, read: &dyn Fn(&Path) -> io::Result<Vec<u8>>) -> Result<Self, Broken> {
        let mut loading = Loading { sources: Vec::new(), mistakes: Vec::new(), read };
        let root = loading.file(path);
        let root = loading.include(path, root);
        let Loading { sources, mistakes, .. } = loading;
        let sources = Sources(Arc::new(sources));
        if !mistakes.is_empty() {
            return Err(Broken::new(sources, mistakes));
        }
        let reading = Reading::new(sources.clone());
        let points = sweep::points(&reading, &root);
        let seed = reading.quietly(|quiet| head::seed(&Fields::open(quiet, &root, &root::SHAPE)?));
        let points = reading.finish(Some(points))?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Self { file: stem.unwrap_or_default(), sources, root, points, seed })
    }

    /// The seed, if the file gives one.
    pub const fn seed(&self) -> Option<SeedChoice> {
        self.seed
    }

    /// The texts it was read from.
    pub const fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The points of its sweep; at least one.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The scenario of one run.
    ///
    /// # Errors
    ///
    /// With every mistake.
    pub fn resolve(&self, point: &Point, seed: u64) -> Result<Resolved, Broken> {
        self.pick(point, Pick::Seed(seed), seed)
    }

    /// Looks through every run: each point, at both ends of every draw.
    ///
    /// # Errors
    ///
    /// With every mistake of the first run that has one.
    pub fn check(&self) -> Result<(), Broken> {
        for point in &self.points {
            for pick in [Pick::Lowest, Pick::Highest] {
                let resolved = self.pick(point, pick, 0)?;
                if resolved.drawn.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn pick(&self, point: &Point, pick: Pick, seed: u64) -> Result<Resolved, Broken> {
        let reading = Reading::new(self.sources.clone());
        let mut root = self.root.clone();
        point.apply(&mut root);
        let mut picker = Picker::new(pick, &reading);
        let groups = copies::expand(&mut root, &mut picker);
        picker.resolve(&mut root, "");
        let mut drawn = picker.into_drawn();
        let clocks = boundary::resolve(&mut root, pick, &reading);
        drawn.extend(clocks.drawn);
        let scenario = root::read(&reading, &root, &self.file, seed, &groups);
        let mut scenario = reading.finish(scenario)?;
        scenario.clocks.extend(clocks.later);
        Ok(Resolved { scenario, drawn })
    }
}

/// Files being read.
struct Loading<'a> {
    sources: Vec<Source>,
    mistakes: Vec<Mistake>,
    read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

impl Loading<'_> {
    fn wrong(&mut self, at: At, message: String, help: &str) {
        self.mistakes.push(Mistake { at, message, help: help.to_owned() });
    }

    /// The tree of a file.
    fn file(&mut self, path: &Path) -> Node {
        let file = self.sources.len();
        let name = path.display().to_string();
        let bytes = (self.read)(path);
        let (text, problem) = match bytes {
            Err(error) => (String::new(), Some((0, format!("cannot be read: {error}")))),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    (text, Some((at, "this is not UTF-8".to_owned())))
                }
            },
        };
        let (node, mistakes) = match problem {
            None => text::parse(file, &text),
            Some((start, message)) => {
                self.wrong(At { file, start, end: start }, message, "");
                let at = At { file, start: 0, end: 0 };
                (Node { at, value: Value::Table(Table::default()) }, Vec::new())
            }
        };
        self.sources.push(Source { name, text });
        self.mistakes.extend(mistakes);
        node
    }

    /// The tree with what it includes before it.
    fn include(&mut self, path: &Path, own: Node) -> Node {
        let mut paths: Vec<(PathBuf, At)> = Vec::new();
        let beside = path.parent().unwrap_or(Path::new(""));
        if let Some(node) = own.table().and_then(|table| table.get("include")) {
            let single = std::slice::from_ref(node);
            for node in node.list().unwrap_or(single) {
                if let Some(name) = node.text() {
                    paths.push((beside.join(name), node.at));
                }
            }
        }
        let mut whole = Node { at: own.at, value: Value::Table(Table::default()) };
        for (path, at) in paths {
            let before = self.mistakes.len();
            let included = self.file(&path);
            if let Some(deeper) = included.table().and_then(|table| table.entry("include")) {
                let message = "an included file includes no others".to_owned();
                self.wrong(deeper.key_at, message, "include both from the first file");
            }
            let missing = self.sources.last().is_some_and(|source| source.text.is_empty());
            if missing && self.mistakes.len() > before {
                // The place that helps is the one that names the file.
                for mistake in self.mistakes.iter_mut().skip(before) {
                    mistake.message = format!("{} {}", path.display(), mistake.message);
                    mistake.at = at;
                }
            }
            merge(&mut whole, included);
        }
        merge(&mut whole, own);
        whole
    }
}

/// Adds to a tree: arrays of tables grow, tables take keys, and anything else is replaced.
fn merge(whole: &mut Node, more: Node) {
    let Value::Table(more) = more.value else { return };
    let Some(table) = whole.table_mut() else { return };
    for entry in more.0 {
        match (table.get_mut(&entry.key), entry.node.value) {
            (Some(Node { value: Value::List(old), .. }), Value::List(new))
                if entry.key != "include" =>
            {
                old.extend(new);
            }
            (Some(old @ Node { value: Value::Table(_), .. }), Value::Table(new)) => {
                merge(old, Node { at: entry.node.at, value: Value::Table(new) });
            }
            (Some(old), value) => *old = Node { at: entry.node.at, value },
            (None, value) => {
                let node = Node { at: entry.node.at, value };
                table.0.push(crate::scenario::node::Entry { node, ..entry });
            }
        }
    }
}
