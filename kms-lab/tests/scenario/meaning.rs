//! What files mean.

use std::io;
use std::path::Path;

use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use client_sim::clock::trigger::Trigger;
use kms_lab::scenario::document::Document;
use kms_lab::scenario::expand::expand;
use kms_lab::scenario::expect::{Check, Which};
use kms_lab::scenario::head::{Limit, START, SeedChoice};
use kms_lab::scenario::machine::Finds;
use kms_lab::verbs::check;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;

use crate::{load, scenario, scenarios};

fn real(name: &str) -> Document {
    Document::load(&scenarios().join(name), &check::read).unwrap()
}

#[test]
fn the_example_means_what_it_says() {
    let document = real("refused-then-recovers.toml");
    assert_eq!(document.seed(), Some(SeedChoice::Number(42)));
    let scenario = document.resolve(&document.points()[0], 42).unwrap().scenario;
    let day = Nanos::hours(48);
    let limit = Limit { sim: Some(day), wall: Some(Nanos::seconds(30)), exchanges: Some(100_000) };
    assert_eq!(scenario.head.limit, limit);
    assert_eq!(scenario.head.start, START);
    let host = &scenario.hosts[0];
    assert_eq!((host.id.as_str(), host.config.name.as_str()), ("kms", "kms"));
    assert_eq!((host.config.count_floor, host.config.activation_interval), (25, 120));
    assert_eq!((host.config.renewal_interval, host.config.seed), (10_080, 42));
    assert_eq!(host.config.window, Window::default());

    assert_eq!(scenario.machines.len(), 26);
    assert_eq!(scenario.machines_of("good").count(), 25);
    let seventh = scenario.machines_of("good-7").next().unwrap();
    assert_eq!(seventh.group.as_deref(), Some("good"));
    assert_eq!(seventh.machine.name.to_string(), "good-7");
    let fast = scenario.machines_of("fast").next().unwrap();
    assert_eq!(fast.clock.to_string(), "+5h");
    assert_eq!(fast.retry.unwrap().every, Some(Nanos::hours(2)));
    assert_eq!(fast.finds, Finds::Hosts(vec!["kms".to_owned()]));
    let ids: std::collections::BTreeSet<_> =
        scenario.machines.iter().map(|m| m.machine.cmid).collect();
    assert_eq!(ids.len(), 26, "every copy is a machine of its own");

    let event = &scenario.clocks[0].events[0].event;
    assert_eq!(event.trigger, Trigger::At(Nanos::hours(3)));
    assert_eq!(event.operation, Operation::Set(SetTo::TRUE));

    let refused = &scenario.expects[0];
    let step = scenario.step(&refused.after.as_ref().unwrap().0).unwrap();
    assert_eq!(step.at, Nanos::minutes(10));
    let Check::Exchanges { machine, which, look, .. } = &refused.checks[0] else { panic!() };
    assert_eq!((machine.as_deref(), *which), (Some("fast"), Which::First));
    assert_eq!(look.result, Some(HResult::INVALID_TIMESTAMP));
    assert_eq!((look.skew, look.tolerance), (Some(Nanos::hours(5)), Nanos(1_000_000)));
    let place = scenario.place(refused.written);
    assert!(place.file.ends_with("refused-then-recovers.toml"));
    assert_eq!((place.line, place.column), (62, 1));
}

#[test]
fn what_is_left_out_is_as_documented() {
    let scenario = scenario("schema = 1\n[[host]]\n[[machine]]\nid = \"a\"\n");
    assert_eq!(scenario.hosts[0].id, "host");
    assert_eq!(scenario.head.name, "x");
    assert_eq!((scenario.head.seed, scenario.head.limit), (None, Limit::default()));
    let machine = &scenario.machines[0];
    assert_eq!(machine.finds, Finds::Hosts(vec!["host".to_owned()]));
    assert_eq!((machine.retry, machine.renew, machine.time.as_ref()), (None, None, None));
    assert_eq!(machine.timeout, Nanos::seconds(10));
    assert_eq!(machine.machine.realm, scenario.hosts[0].config.realm);
}

#[test]
fn a_machine_finds_its_hosts_by_name_by_the_zone_or_in_the_order_of_the_file() {
    let hosts = "[[host]]\nid = \"a\"\n[[host]]\nid = \"b\"\n";
    let finds = |more: &str| {
        let text = format!("schema = 1\n{hosts}{more}");
        scenario(&text).machines[0].finds.clone()
    };
    let named = |ids: &[&str]| Finds::Hosts(ids.iter().map(|id| (*id).to_owned()).collect());
    assert_eq!(finds("[[machine]]\nid = \"m\"\n"), named(&["a", "b"]));
    assert_eq!(finds("[[machine]]\nid = \"m\"\nhost = \"b\"\n"), named(&["b"]));
    assert_eq!(finds("[dns]\n[[machine]]\nid = \"m\"\n"), Finds::Dns);
    let text = format!("schema = 1\n{hosts}[dns]\n");
    assert_eq!(scenario(&text).dns.unwrap().records.len(), 2, "one record for each host");
}

#[test]
fn a_boundary_is_swept_once_at_each_point_from_far_behind_to_far_ahead() {
    let document = real("boundary-sweep.toml");
    let points: Vec<String> = document.points().iter().map(ToString::to_string).collect();
    assert_eq!(points.len(), 18);
    assert_eq!(points[0], "machine.fast.clock=-4h1m");
    assert!(points.contains(&"machine.fast.clock=+4h100ns".to_owned()));
    assert!(points.contains(&"machine.fast.clock=-4h".to_owned()));
    assert_eq!(points[17], "machine.fast.clock=+4h1m");
    for point in document.points() {
        let scenario = document.resolve(point, 1).unwrap().scenario;
        let clock = scenario.machines[0].clock.to_string();
        assert!(point.to_string().ends_with(&clock), "{point} {clock}");
    }
}

#[test]
fn runs_are_every_point_under_every_seed() {
    let text = "schema = 1\n[[host]]\n[[machine]]\nid = \"a\"\n[sweep]\n\
                \"machine.a.clock\" = [\"0\", \"+1h\"]\n\"host.1.window\" = [\"4h\", \"off\"]\n";
    let document = load("x.toml", text.as_bytes()).unwrap();
    let runs: Vec<String> = expand(&document, 1..=2).map(|run| run.to_string()).collect();
    assert_eq!(runs.len(), 8);
    assert_eq!(runs[0], "machine.a.clock=0,host.1.window=4h@1");
    assert_eq!(runs[1], "machine.a.clock=0,host.1.window=4h@2");
    assert_eq!(runs[7], "machine.a.clock=+1h,host.1.window=off@2");
    let last = expand(&document, 2..=2).last().unwrap().resolve().unwrap().scenario;
    assert_eq!((last.seed, last.hosts[0].config.seed), (2, 2));
    assert_eq!(last.hosts[0].config.window, Window::Off);
}

#[test]
fn what_is_included_comes_first_and_the_file_has_the_last_word() {
    let read = |path: &Path| match path.to_str().unwrap() {
        "dir/x.toml" => {
            Ok(b"schema = 1\ninclude = \"base.toml\"\nstart = \"2027-01-01T00:00:00Z\"\n\
            limit = { sim = \"1d\" }\n[[machine]]\nid = \"own\"\n"
                .to_vec())
        }
        "dir/base.toml" => Ok(b"start = \"2026-01-01T00:00:00Z\"\n\
            limit = { exchanges = 3 }\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"base\"\n"
            .to_vec()),
        "dir/deep.toml" => Ok(b"include = \"x.toml\"\n".to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let document = Document::load(Path::new("dir/x.toml"), &read).unwrap();
    let scenario = document.resolve(&document.points()[0], 0).unwrap().scenario;
    let ids: Vec<&str> = scenario.machines.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, ["base", "own"]);
    assert_eq!(scenario.head.start, Moment(1_798_761_600_000_000_000));
    assert_eq!(scenario.head.limit.exchanges, Some(3));
    assert_eq!(scenario.head.limit.sim, Some(Nanos::hours(24)));
    assert_eq!(scenario.place(scenario.hosts[0].written).file, "dir/base.toml");

    let broken = Document::load(Path::new("dir/deep.toml"), &read).unwrap_err().to_string();
    assert!(broken.contains("dir/x.toml:2:1: an included file includes no others"), "{broken}");
}
