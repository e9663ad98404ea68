//! The program of the virtual hardware laboratory; see the library.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    openentropy_hwlab::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("error: the laboratory's host is a Linux machine");
    ExitCode::FAILURE
}
