//! Looks at registrations in DNS.

use kms_proto::kms::hresult::HResult;

use crate::world::engine::World;
use crate::world::judge::looks::result_text;
use crate::world::judge::unmet::Unmet;

/// Holds the last registration of each of these machines.
pub(super) fn registered(world: &World, machines: &[usize], wanted: HResult) -> Result<(), Unmet> {
    for place in machines {
        let id = world.machines.get(*place).map_or("", |machine| machine.id.as_str());
        let Some(last) = world.registration(*place) else {
            return Err(Unmet::new(format!("{id} has not registered in DNS")));
        };
        let (got, why) = match last {
            Ok(()) => (HResult::OK, String::new()),
            Err(failure) => (failure.code(), format!(" ({failure})")),
        };
        if got != wanted {
            let (wanted, got) = (result_text(wanted), result_text(got));
            let message = format!("expected that {id} registers with {wanted}, got {got}{why}");
            return Err(Unmet::new(message));
        }
    }
    Ok(())
}
