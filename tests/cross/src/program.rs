//! The program under test.

use core::time::Duration;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// No run takes longer; a run that does has hung.
const BOUND: Duration = Duration::from_secs(60);

/// What a finished run left.
#[derive(Debug)]
pub struct Run {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// The exit code.
    ///
    /// # Panics
    /// If a signal ended the run.
    #[must_use]
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("ended by {}: {}", self.status, self.stderr))
    }

    /// Standard output as text.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn text(&self) -> &str {
        str::from_utf8(&self.stdout).expect("text on standard output")
    }
}

/// A run under way, killed when dropped.
pub struct Running(Child);

impl Running {
    /// Starts the program with piped output.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        Self::with_stdout(arguments, Stdio::piped())
    }

    /// Starts the program with a standard output of choice.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn with_stdout(arguments: &[&str], stdout: Stdio) -> Self {
        Self::with_pipes(arguments, Stdio::null(), stdout)
    }

    /// Starts the program with standard input and output of choice.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn with_pipes(arguments: &[&str], stdin: Stdio, stdout: Stdio) -> Self {
        let child = Command::new(binary())
            .args(arguments)
            .stdin(stdin)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Self(child)
    }

    /// The process, to send it signals or close its pipes.
    pub const fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Waits for the end, reading what it writes.
    ///
    /// # Panics
    /// If it takes longer than a minute.
    #[must_use]
    pub fn finish(mut self) -> Run {
        let stdout = self.0.stdout.take().map(read_aside);
        let stderr = self.0.stderr.take().map(read_aside);
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.0.try_wait().expect("the process can be waited for") {
                break status;
            }
            assert!(start.elapsed() < BOUND, "the program has hung");
            std::thread::sleep(Duration::from_millis(2));
        };
        let gather = |reader: Option<std::thread::JoinHandle<Vec<u8>>>| {
            reader.map_or_else(Vec::new, |reader| reader.join().expect("the reader ends"))
        };
        let stderr = String::from_utf8(gather(stderr)).expect("text on standard error");
        Run { status, stdout: gather(stdout), stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail on a process that has ended, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the program to its end.
#[must_use]
pub fn run(arguments: &[&str]) -> Run {
    Running::start(arguments).finish()
}

/// Runs the program to its end with `input` on its standard input.
///
/// # Panics
/// If it cannot be started.
#[must_use]
pub fn run_with(arguments: &[&str], input: &[u8]) -> Run {
    let mut running = Running::with_pipes(arguments, Stdio::piped(), Stdio::piped());
    let pipe = running.child().stdin.take();
    let input = input.to_owned();
    // A program that refuses its input does not read it: that the pipe breaks is no failure.
    let writer = std::thread::spawn(move || pipe.map(|mut pipe| pipe.write_all(&input)));
    let run = running.finish();
    let _ = writer.join();
    run
}

fn read_aside(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe can be read");
        bytes
    })
}

/// The built program, in the profile of the tests; built now if need be.
///
/// # Panics
/// If it does not build.
#[must_use]
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--package", "openentropy-cli", "--message-format", "json"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output();
        let built = built.expect("cargo starts");
        assert!(built.status.success(), "the program does not build");
        let messages = String::from_utf8(built.stdout).expect("cargo speaks text");
        messages
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .expect("cargo names the program")
    })
}
