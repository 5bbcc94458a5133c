//! `/name:value`, in any case, with `/` or `-`.

/// The options of one command that nobody has taken yet.
#[derive(Debug)]
pub(super) struct Options<'a> {
    left: Vec<&'a str>,
}

impl<'a> Options<'a> {
    /// What stands after the command.
    pub(super) fn new(arguments: &[&'a str]) -> Self {
        Self { left: arguments.to_vec() }
    }

    /// Takes an option without a value; whether it was there.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        let place =
            self.left.iter().position(|a| option(a).is_some_and(|o| o.eq_ignore_ascii_case(name)));
        place.map(|place| self.left.remove(place)).is_some()
    }

    /// Takes an option's value: what follows the colon, without quotation marks around it.
    pub(super) fn value(&mut self, name: &str) -> Option<&'a str> {
        let read = |argument: &&'a str| {
            let (found, value) = option(argument)?.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value)
        };
        let place = self.left.iter().position(|argument| read(argument).is_some())?;
        let value = read(&self.left.remove(place))?;
        Some(value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
    }

    /// Takes the next argument that is no option.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let place = self.left.iter().position(|argument| option(argument).is_none())?;
        Some(self.left.remove(place))
    }

    /// What nobody took.
    pub(super) fn left(self) -> Vec<String> {
        self.left.into_iter().map(str::to_owned).collect()
    }
}

/// An option without what it begins with.
///
/// A shell that strips quotation marks hands over `"/manualpeerlist:a b"` and
/// `/manualpeerlist:"a b"` alike.
pub(super) fn option(argument: &str) -> Option<&str> {
    argument.strip_prefix(['/', '-'])
}
