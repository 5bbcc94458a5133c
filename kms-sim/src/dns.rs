//! DNS on the host's side: a zone that machines ask, and the record a host publishes.
//!
//! * [`zone`]: the zone as a whole: bytes in, bytes out, judged by the clock it is given.
//! * [`nodes`], [`lookup`], [`update`], [`guard`]: what it holds, how it answers, how it is changed,
//!   and by whom.
//! * [`bend`]: what faults make of an answer.
//! * [`publish`]: a host's own SRV record.

pub mod bend;
pub mod guard;
pub mod lookup;
pub mod nodes;
pub mod publish;
pub mod update;
pub mod zone;
