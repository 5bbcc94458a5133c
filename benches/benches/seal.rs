//! The seal: requests and answers of each version, sealed, opened and verified.

use std::hint::black_box;

use benches::cryptography::Alone;
use benches::messages::{self, IV, VERSIONS};
use bytes::BytesMut;
use criterion::{Criterion, criterion_group, criterion_main};
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::seal::Opened;
use kms_proto::kms::seal::envelope::Salts;

fn seal(c: &mut Criterion) {
    let salts = Salts { random: [1; 16], iv: [2; 16] };
    for (name, version) in VERSIONS {
        let mut seal = messages::seal();
        let request = messages::request(version, 0);
        let sealed = messages::sealed(version, 0);
        let mut out = BytesMut::with_capacity(512);

        c.bench_function(&format!("seal_request/{name}"), |b| {
            b.iter(|| {
                out.clear();
                seal.seal_request(black_box(&request), IV, &mut out);
            });
        });
        c.bench_function(&format!("open_request/{name}"), |b| {
            b.iter(|| {
                out.clear();
                out.extend_from_slice(black_box(&sealed));
                seal.open_request(&mut out)
            });
        });
        let response = messages::response(version);
        if let Opened::Lab { envelope, .. } = seal.open_request(&mut sealed.clone()) {
            c.bench_function(&format!("seal_answer/{name}"), |b| {
                b.iter(|| {
                    out.clear();
                    seal.seal_response(black_box(&response), &envelope, salts, [0; 8], &mut out);
                });
            });
        }
        let answer = messages::answer(version);
        let asked = Asked { request, iv: IV };
        c.bench_function(&format!("verify_answer/{name}"), |b| {
            b.iter(|| verify_answer(&mut seal, &asked, black_box(&answer)));
        });
        let mut alone = Alone::new(version);
        c.bench_function(&format!("cryptography_alone/{name}"), |b| b.iter(|| alone.request()));
    }
}

criterion_group!(benches, seal);
criterion_main!(benches);
