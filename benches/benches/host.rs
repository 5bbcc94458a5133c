//! The host: one message judged and answered, and a whole request from bytes to bytes.

use std::hint::black_box;

use benches::messages::{self, NOON, VERSIONS};
use benches::pdus::SYNTAXES;
use benches::whole::Whole;
use bytes::BytesMut;
use criterion::{Criterion, criterion_group, criterion_main};
use kms_sim::call::Call;

fn host(c: &mut Criterion) {
    for (name, version) in VERSIONS {
        let mut host = messages::settled_host();
        let sealed = messages::sealed(version, 0);
        let (mut message, mut reply) = (BytesMut::new(), BytesMut::new());
        let mut number = 0;
        c.bench_function(&format!("handle/{name}"), |b| {
            b.iter(|| {
                number += 1;
                message.clear();
                message.extend_from_slice(black_box(&sealed));
                reply.clear();
                let call = Call { connection: 1, message: number, now: NOON };
                host.handle(&mut message, &call, &mut reply)
            });
        });
        for (syntax, ndr) in SYNTAXES {
            let mut whole = Whole::new(version, ndr);
            c.bench_function(&format!("whole/{name}_{syntax}"), |b| {
                b.iter(|| whole.request().len());
            });
        }
    }
}

criterion_group!(benches, host);
criterion_main!(benches);
