//! What moves a clock over time, besides its rate: one shape, from one moment on.

pub mod leap;
pub mod scale;
pub mod sine;
pub mod slew;
pub mod smear;
pub mod strobe;
mod trig;
pub mod walk;

use kms_proto::time::Moment;

use crate::clock::shape::leap::LeapSecond;
use crate::clock::shape::sine::Sine;
use crate::clock::shape::slew::Slew;
use crate::clock::shape::smear::Smear;
use crate::clock::shape::strobe::Strobe;
use crate::clock::shape::walk::Walk;

/// What a shape adds to a clock, as a function of true time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A square wave.
    Strobe(Strobe),
    /// A correction made little by little.
    Slew(Slew),
    /// A wave.
    Sine(Sine),
    /// A leap second spread over hours.
    Smear(Smear),
    /// A leap second.
    Leap(LeapSecond),
    /// A random walk of the frequency.
    Walk(Walk),
}

/// A form, and the moments between which it moves the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    form: Form,
    from: Moment,
    /// From this moment on the clock is left where the shape has brought it.
    until: Option<Moment>,
}

impl Shape {
    /// A shape that begins at a moment; before it adds nothing.
    pub const fn new(form: Form, from: Moment) -> Self {
        Self { form, from, until: None }
    }

    /// What it adds at a moment, in nanoseconds.
    pub fn value_at(&self, at: Moment) -> i128 {
        let at = self.counted(at);
        if at < self.from {
            return 0;
        }
        let elapsed = i128::from(at.0) - i128::from(self.from.0);
        match &self.form {
            Form::Strobe(strobe) => strobe.value(elapsed),
            Form::Slew(slew) => slew.value(elapsed),
            Form::Sine(sine) => sine.value(elapsed),
            Form::Smear(smear) => smear.value_at(at),
            Form::Leap(leap) => leap.value(),
            Form::Walk(walk) => walk.value(elapsed),
        }
    }

    /// Ends it: from this moment on it adds what it adds at it.
    pub(super) fn end(&mut self, at: Moment) {
        self.until = Some(self.counted(at));
    }

    /// Whether the time service makes it, which gives up when somebody sets the clock.
    pub(super) const fn is_correction(&self) -> bool {
        matches!(self.form, Form::Slew(_))
    }

    /// Whether it is drawn.
    pub(super) const fn is_walk(&self) -> bool {
        matches!(self.form, Form::Walk(_))
    }

    /// Remembers what it takes long to find, up to a moment; changes no value.
    pub(super) fn remember(&mut self, at: Moment) {
        let at = self.counted(at);
        if let Form::Walk(walk) = &mut self.form
            && at >= self.from
        {
            walk.remember(i128::from(at.0) - i128::from(self.from.0));
        }
    }

    /// The moment that counts for it.
    fn counted(&self, at: Moment) -> Moment {
        self.until.map_or(at, |until| until.min(at))
    }
}

#[cfg(test)]
mod tests {
    use kms_proto::draw::Draw;
    use kms_proto::time::duration::Nanos;

    use super::*;
    use crate::clock::shape::walk::Key;
    use crate::clock::shapes::Shapes;

    const FROM: Moment = Moment(1_767_225_600_000_000_000);

    fn walk() -> Walk {
        let key = Key { draw: Draw::new(42), actor: "pc-7".into(), ordinal: 0 };
        Walk::new("10".parse().unwrap(), Nanos::seconds(1), key).unwrap()
    }

    fn shapes(walk: Walk) -> Shapes {
        let mut shapes = Shapes::default();
        shapes.push(Shape::new(Form::Walk(walk), FROM));
        shapes
    }

    #[test]
    fn a_walk_is_gone_only_once_up_to_where_it_was_read() {
        let mut read = shapes(walk());
        read.remember(FROM.plus(Nanos::seconds(10)));
        let mut known = walk();
        known.remember(10_000_000_000);
        assert_eq!(read, shapes(known.clone()));
        assert_ne!(read, shapes(walk()));
        read.remember(FROM.plus(Nanos::seconds(-1)));
        assert_eq!(read, shapes(known), "before its beginning there is nothing to remember");
    }
}
