//! `probe`: the facts of a source, a short look at it, and the kernel's counters behind it.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use openentropy_cross::{Run, run};
use serde_json::Value;
use std::net::UdpSocket;

fn json(run: &Run) -> Value {
    serde_json::from_str(run.text()).unwrap_or_else(|error| panic!("{error}: {} {}", run.text(), run.stderr))
}

#[test]
fn json_has_the_facts_and_the_figures() {
    let probed = run(&["probe", "prng_control", "--json"]);
    assert_eq!(probed.code(), 0, "{}", probed.stderr);
    let report = json(&probed);
    assert_eq!((&report["name"], &report["aliases"][0]), (&"control_prng".into(), &"prng_control".into()));
    for member in ["description", "physics", "category", "group", "class", "platform", "requirement"] {
        assert!(report[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
    let instance = &report["instances"][0];
    assert_eq!((&instance["access"], &instance["reason"]), (&"ready".into(), &"".into()));
    assert_eq!(instance["sampled"] == "", instance["virtualised"] == "none", "{instance}");
    let live = &report["live"];
    assert_eq!((&live["start_up"], &live["samples"]), (&"passed".into(), &10_000.into()));
    assert_eq!((&live["claim_millibits"], &live["claim_by"]), (&0.into(), &"nobody".into()));
    // A generator's bytes: 10,000 of them have all 256 values, and 200 of one value with a chance below 1e-60.
    let figures = &live["figures"];
    assert_eq!(figures["distinct_values"], 256);
    let share = figures["most_common_share"].as_f64().expect("a share");
    let entropy = figures["min_entropy_estimate"].as_f64().expect("bits");
    assert!(share < 0.02 && entropy < -share.log2() && entropy > 5.0, "{share} {entropy}");
    let counted: u64 = live["histogram"]
        .as_array()
        .expect("bins")
        .iter()
        .map(|bin| bin["count"].as_u64().expect("a number"))
        .sum();
    assert_eq!(counted, 10_000);
}

#[test]
fn an_estimate_is_called_one() {
    let page = run(&["probe", "control_prng"]);
    assert_eq!(page.code(), 0, "{}", page.stderr);
    for words in [
        "control_prng (also prng_control)",
        "start-up     passed",
        "estimate over 10000 samples, not a claim",
        "none: nobody says that a sample is worth anything",
        "█",
    ] {
        assert!(page.text().contains(words), "{words} is missing:\n{}", page.text());
    }
    let line = run(&["probe", "control_prng", "--quiet"]);
    assert_eq!((line.code(), line.text().lines().count()), (0, 1), "{}", line.text());
}

#[test]
fn a_source_that_does_not_start_up_fails_the_check_and_is_shown() {
    let probed = run(&["probe", "control_constant", "--json"]);
    assert_eq!(probed.code(), 1, "{}", probed.stderr);
    let live = &json(&probed)["live"];
    assert_eq!((&live["start_up"], &live["figures"]["distinct_values"]), (&"failed".into(), &1.into()));
    assert_eq!(live["figures"]["min_entropy_estimate"], 0.0);
}

#[test]
fn facts_alone_open_nothing_and_are_no_check() {
    for name in ["control_constant", "dns_rtt", "jitter_loop"] {
        let facts = run(&["probe", name, "--no-sample", "--json"]);
        assert_eq!((facts.code(), &json(&facts)["live"]), (0, &Value::Null), "{name}: {}", facts.stderr);
    }
}

#[test]
fn what_is_not_ready_says_why_and_what_helps() {
    let absent = run(&["probe", "dns_timing"]);
    assert_eq!(absent.code(), 1, "{}", absent.stderr);
    assert!(absent.text().contains("no peer is named") && absent.text().contains("--peer dns_rtt="));
    let line = run(&["probe", "dns_timing", "--quiet"]);
    assert_eq!((line.code(), line.text().lines().count()), (1, 1));
    assert!(line.text().starts_with("dns_rtt is absent, "), "{}", line.text());
}

#[test]
fn wrong_questions_are_explained() {
    for (arguments, words) in [
        (&["probe"][..], "SOURCE"),
        (&["probe", "timing"], "jitter_loop"),
        (&["probe", "network"], "dns_rtt"),
        (&["probe", "jiter_loop"], "near names: jitter_loop"),
        (&["probe", "binder_txn"], "needs Android's binder"),
        (&["probe", "cpu_io_beat"], "no beat"),
        (&["probe", "clock_pair", "--keys"], "irq_counters"),
        (&["probe", "clock_pair", "--instance", "7"], "there are: 0"),
        (&["probe", "clock_pair", "--within", "1"], "--keys"),
        (&["probe", "irq_counters", "--keys", "--within", "61"], "60"),
        (&["probe", "irq_counters", "--keys", "--no-sample"], "--no-sample"),
        (&["probe", "clock_pair", "--peer", "clock_pair=127.0.0.1:53"], "asks nobody"),
        (&["probe", "clock_pair", "--peer", "dns_rtt=127.0.0.1:53"], "not among the sources"),
        (&["probe", "dns_rtt", "--peer", "dns_rtt=localhost:53"], "names are not looked up"),
        (&["probe", "dns_rtt", "--peer", "dns_rtt=127.0.0.1"], "[2001:db8::1]:53"),
        (&["probe", "dns_rtt", "--peer", "127.0.0.1:53"], "SOURCE=ADDRESS"),
    ] {
        let refused = run(arguments);
        assert_eq!((refused.code(), refused.stdout.len()), (2, 0), "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{arguments:?} does not mention {words}: {}", refused.stderr);
    }
}

/// Where the kernel has the counters, of which those of task switches move whenever a program is started.
#[test]
fn counters_that_move_are_listed_by_category() {
    let found = run(&["probe", "irq_counters", "--no-sample", "--json"]);
    let listed = run(&["probe", "irq_counters", "--keys", "--json"]);
    if json(&found)["instances"][0]["access"] != "ready" {
        assert_eq!((listed.code(), listed.stdout.len()), (1, 0), "{}", listed.stderr);
        return;
    }
    assert_eq!(listed.code(), 0, "{}", listed.stderr);
    let report = json(&listed);
    assert!(report["within_seconds"].as_f64().is_some_and(|seconds| seconds >= 0.2), "{report}");
    let all = report["all"].as_u64().expect("a number");
    let moving = report["moving"].as_array().expect("a list");
    assert!(moving.iter().any(|key| key["category"] == "stat" && key["name"] == "ctxt"), "{report}");
    for key in moving {
        assert!(key["number"].as_u64().is_some_and(|number| number < all) && key["difference"] != 0, "{key}");
    }
    let table = run(&["probe", "irq_counters", "--keys", "--within", "0.05"]);
    assert!(table.text().lines().any(|line| line == "stat"), "{}", table.text());
}

/// Processes have neither names nor numbers of their own in the list: a place, and what was counted.
#[test]
fn counters_of_processes_name_no_process() {
    let listed = run(&["probe", "process_table", "--keys", "--json", "--within", "0.5"]);
    if listed.code() == 1 {
        return; // no process but this one is visible
    }
    for key in json(&listed)["moving"].as_array().expect("a list") {
        let name = key["name"].as_str().expect("a name");
        let words: Vec<&str> = name.split(' ').collect();
        assert!(matches!(words[..], [place, "run" | "wait", "ns"] if place.parse::<u16>().is_ok()), "{name}");
    }
}

/// Answers like a resolver until `work` is done.
fn with_resolver<T>(address: &str, work: impl FnOnce(&str) -> T) -> Option<T> {
    let server = UdpSocket::bind(address).ok()?;
    server.set_read_timeout(Some(Duration::from_millis(20))).expect("a socket has timeouts");
    let peer = format!("dns_rtt={}", server.local_addr().expect("it is bound"));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut message = [0; 512];
            while !done.load(Ordering::Relaxed) {
                let Ok((length, from)) = server.recv_from(&mut message) else { continue };
                message[2] |= 0x80; // an answer
                let _gone = server.send_to(&message[..length], from);
            }
        });
        let result = work(&peer);
        done.store(true, Ordering::Relaxed);
        Some(result)
    })
}

#[test]
fn a_peer_that_is_named_is_asked() {
    let probed = with_resolver("127.0.0.1:0", |peer| run(&["probe", "dns_rtt", "--peer", peer, "--json"]));
    let report = json(&probed.expect("a socket"));
    assert_eq!(report["instances"][0]["access"], "ready", "{report}");
    // At most fifty questions a second, so the start-up cannot end in two; a busy machine gives fewer, or none in time.
    let live = &report["live"];
    let samples = live["samples"].as_u64().expect("a number");
    assert!(samples <= 110 && live["start_up"] != "passed", "{report}");
    assert!(samples > 0 || live["error"] == "timeout", "{report}");
    assert!(!report.to_string().contains("127.0.0.1"), "an address in the report: {report}");
}

/// Nobody listens at either, so the look is short.
#[test]
fn instances_are_listed_and_chosen() {
    let peers = ["--peer", "dns_rtt=127.0.0.1:1", "--peer", "dns_rtt=127.0.0.1:2"];
    for (instance, sampled) in [(&[][..], 0), (&["--instance", "0"], 0), (&["--instance", "1"], 1)] {
        let probed = run(&[&["probe", "dns_rtt", "--json"], &peers[..], instance].concat());
        let report = json(&probed);
        let numbers = [0, 1].map(|place: usize| &report["instances"][place]["instance"]);
        assert_eq!(numbers, [&Value::from(0), &Value::from(1)], "{report}");
        assert_eq!((probed.code(), &report["live"]["instance"]), (1, &sampled.into()), "{report}");
    }
    let page = run(&[&["probe", "dns_rtt"], &peers[..]].concat());
    assert!(page.text().contains("\ninstance 1\n") && page.text().contains("\na look of instance 0\n"));
}

#[test]
fn samples_of_a_slow_path_come_one_by_one() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let streamed = with_resolver(address, |peer| {
            let raw = ["stream", "dns_rtt", "--peer", peer, "--conditioning", "raw"];
            run(&[&raw[..], &["--bytes", "8", "--deadline", "4"]].concat())
        });
        let Some(streamed) = streamed else { continue }; // no IPv6 here
        assert_eq!((streamed.code(), streamed.stdout.len()), (0, 8), "{address}: {}", streamed.stderr);
    }
}

#[test]
fn a_peer_whose_source_is_not_used_is_refused() {
    let arguments = ["stream", "control_prng", "--bytes", "1", "--peer", "dns_rtt=127.0.0.1:53"];
    let refused = run(&arguments);
    assert_eq!((refused.code(), refused.stdout.len()), (2, 0));
    assert!(refused.stderr.contains("name it as well"), "{}", refused.stderr);
    let off = run(&["stream", "dns_rtt", "--bytes", "1"]);
    assert_eq!((off.code(), off.stdout.len()), (2, 0));
    assert!(off.stderr.contains("--peer dns_rtt="), "{}", off.stderr);
}
