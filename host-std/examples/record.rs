//! Records a source: `record NAME [--as DIGITISATION] [--samples N | --restart] --out DIR`.

use openentropy_host::recorder::{Extent, record};
use openentropy_host::{Access, find_by_name};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: record NAME [--as DIGITISATION] [--samples N | --restart] --out DIR";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(header) => {
            println!("{}", header.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf, String> {
    let name = arguments.next().ok_or(USAGE)?;
    let (mut extent, mut folder, mut digitisation) = (Extent::Sequential(1_000_000), None, None);
    while let Some(option) = arguments.next() {
        match option.as_str() {
            "--restart" => extent = Extent::Restart,
            "--samples" => {
                let number = arguments.next().ok_or(USAGE)?;
                let samples = number.parse().map_err(|error| format!("{number}: {error}"))?;
                extent = Extent::Sequential(samples);
            }
            "--as" => digitisation = arguments.next(),
            "--out" => folder = arguments.next().map(PathBuf::from),
            _ => return Err(USAGE.into()),
        }
    }
    let folder = folder.ok_or(USAGE)?;
    let kinds = find_by_name(&name).map_err(|error| error.to_string())?;
    let [kind] = kinds[..] else {
        return Err(format!("{name} names {} sources; record one", kinds.len()));
    };
    let candidate = kind
        .find()
        .into_iter()
        .find(|candidate| candidate.access == Access::Ready)
        .ok_or_else(|| format!("{name} is not ready on this machine"))?;
    record(kind, &candidate, digitisation.as_deref(), extent, &folder).map_err(|error| error.to_string())
}
