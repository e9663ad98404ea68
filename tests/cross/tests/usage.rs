//! What is typed wrong gets an exit code of 2 and a sentence that helps.

use openentropy_cross::run;

/// Arguments, and what standard error must mention.
const WRONG: &[(&[&str], &str)] = &[
    (&[], "Usage"),
    (&["strea"], "stream"),
    (&["stream", "--bytes", "0"], "0"),
    (&["stream", "--bytes", "-1"], "-1"),
    (&["stream", "--bytes", "ten"], "ten"),
    (&["stream", "--bytes", "18446744073709551616"], "18446744073709551616"),
    (&["stream", "--format", "hxe"], "hex"),
    (&["stream", "--conditioning", "md5"], "sha256"),
    (&["stream", "--deadline=-1"], "seconds"),
    (&["stream", "--min-groups", "0"], "--min-groups"),
    (&["stream", "--all", "jitter_loop"], "--all"),
    (&["stream", "--bytes", "1", "--sources", ","], "empty"),
    (&["stream", "--bytes", "1", ""], "empty"),
    (&["stream", "jiter_loop", "--bytes", "1"], "jitter_loop"),
    (&["stream", "--sources", "timing,no_such_source", "--bytes", "1"], "no_such_source"),
    (
        &["stream", "--bytes", "1", "--format", "hex", "--output", "/no/such/folder/file"],
        "/no/such/folder/file",
    ),
];

#[test]
fn wrong_arguments_are_explained() {
    for (arguments, word) in WRONG {
        let run = run(arguments);
        assert_eq!(run.code(), 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(word), "{arguments:?} does not mention {word}: {}", run.stderr);
        assert!(run.stdout.is_empty(), "{arguments:?} wrote data");
    }
}

#[test]
fn help_names_every_exit_code() {
    let help = run(&["--help"]);
    assert_eq!(help.code(), 0);
    for code in 0..=4 {
        assert!(help.text().contains(&format!("\n  {code}  ")), "{code} is missing: {}", help.text());
    }
}

#[test]
fn help_has_examples_and_says_what_a_figure_does_not_mean() {
    for (command, words) in [
        ("probe", "estimated by the\nmost common value alone"),
        ("stream", "dns_rtt=192.0.2.1:53"),
        ("assess", "no figure shows that a\nsource is unpredictable"),
        ("test", "Passing shows no entropy"),
        ("condition-entropy", "Output_Entropy"),
    ] {
        let help = run(&[command, "--help"]);
        assert_eq!((help.code(), help.text().contains(words)), (0, true), "{command}: {}", help.text());
        assert!(help.text().contains(&format!("\n  openentropy {command} ")), "{command} has no example");
    }
}

#[test]
fn completions_and_manual_pages_are_generated() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code(), 0);
        for word in ["openentropy", "conditioning", "probe", "assess", "sp800-22", "condition-entropy"] {
            assert!(script.text().contains(word), "{shell}: {word} is missing");
        }
    }
    let folder = std::env::temp_dir().join(format!("openentropy-man-{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a folder of our own");
    let pages = run(&["man", "--out", folder.to_str().expect("a path in Unicode")]);
    let page = std::fs::read_to_string(folder.join("openentropy-stream.1"));
    let has_all = ["assess", "test", "condition-entropy"]
        .map(|name| folder.join(format!("openentropy-{name}.1")).exists())
        .iter()
        .all(|exists| *exists);
    std::fs::remove_dir_all(&folder).expect("the folder can go");
    assert_eq!(pages.code(), 0, "{}", pages.stderr);
    assert!(page.expect("the page of stream").contains("\\-\\-conditioning") && has_all);
}
