//! Where the host says that something is wrong.

use kms_sim::session::Step;
use kms_sim::session::trouble::Trouble;

use crate::lab::{Lab, bind, element};

#[test]
fn a_list_of_contexts_is_wrong_where_it_begins() {
    for (elements, field) in
        [(&[][..], "n_context_elem"), (&[element(0, &[])][..], "n_transfer_syn")]
    {
        let mut lab = Lab::new(kms_sim::session::config::SessionConfig::default());
        lab.send(&bind(elements).to_bytes());
        let [Step::Close(Trouble::Malformed(error))] = lab.steps.as_slice() else {
            panic!("{:?}", lab.steps);
        };
        // Behind the header's 16 bytes, both PDU limits and the association group.
        assert_eq!((error.field, error.offset), (field, 24));
    }
}
