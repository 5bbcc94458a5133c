//! What a world that lives on sockets asks of whoever holds them.

use client_sim::clock::operation::Operation;
use kms_proto::time::duration::Nanos;

use crate::scale::scaled;
use crate::world::wire::Freight;

/// Something to be done on sockets, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// A machine opens a connection.
    Dial {
        /// The connection.
        wire: u64,
        /// The host; `None` where nobody listens at its port.
        host: Option<usize>,
    },
    /// A machine sends.
    Send(u64, Freight),
}

/// An order to a host's clock that is due at one of its exchanges, which the sockets number.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its place in the plan.
    pub place: usize,
    /// Before which of the host's exchanges, from 1.
    pub nth: u64,
    /// What is to be done.
    pub what: Operation,
}

/// The sockets, as a world sees them.
#[derive(Debug)]
pub struct Outside {
    orders: Vec<Order>,
    scale: f64,
    /// What would have needed a socket once there were none.
    late: Option<String>,
}

impl Outside {
    /// Sockets in a time that passes `scale` times as fast as this computer's.
    pub const fn new(scale: f64) -> Self {
        Self { orders: Vec::new(), scale, late: None }
    }

    /// Asks for something.
    pub fn order(&mut self, order: Order) {
        self.orders.push(order);
    }

    /// What was asked for since this was last called, in order.
    pub fn take(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// Whether something was asked for since it was last taken.
    pub fn is_asked(&self) -> bool {
        !self.orders.is_empty()
    }

    /// Notes what would need a socket now that there are none.
    pub fn come_late(&mut self, what: String) {
        self.late = Some(what);
    }

    /// What would have needed a socket once there were none.
    pub fn late(&self) -> Option<&str> {
        self.late.as_deref()
    }

    /// A length of this computer's time, as true time: networks are no faster for a faster clock.
    pub fn true_time(&self, length: Nanos) -> Nanos {
        scaled(length, self.scale)
    }
}
