//! The seals of a world's machines: one for all of a realm.

use kms_proto::kms::realm::Realm;
use kms_proto::kms::seal::Seal;

/// A seal for each realm, its keys scheduled once; thousands of machines share a few.
#[derive(Debug, Default)]
pub struct Seals {
    seals: Vec<(Realm, Seal)>,
}

impl Seals {
    /// The seals of these realms.
    pub fn of<'r>(realms: impl IntoIterator<Item = &'r Realm>) -> Self {
        let mut seals = Self::default();
        for realm in realms {
            let _ = seals.of_realm(realm);
        }
        seals
    }

    /// The seal of a realm.
    pub fn of_realm(&mut self, realm: &Realm) -> &mut Seal {
        let known = self.seals.iter().position(|(known, _)| known == realm);
        let place = known.unwrap_or_else(|| {
            self.seals.push((realm.clone(), Seal::for_realm(realm)));
            self.seals.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "it was found or put there")]
        &mut self.seals[place].1
    }
}
