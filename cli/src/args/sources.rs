//! Which sources a subcommand works with.

use clap::Args;

/// The sources that are named.
#[derive(Args)]
pub(crate) struct Named {
    /// Sources by name, alias, category or group; the default set when none is given.
    #[arg(value_name = "SOURCE")]
    pub(crate) names: Vec<String>,
    /// The same, separated by commas.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) sources: Vec<String>,
    /// Every source that can be used without naming it, slow ones included.
    #[arg(long, conflicts_with_all = ["names", "sources"])]
    pub(crate) all: bool,
}

/// Whom sources ask or hear that need to be told.
#[derive(Args)]
pub(crate) struct Peers {
    /// Whom a network source asks, such as dns_rtt=192.0.2.1:53 (IPv6 in brackets), or hears: packet_arrival=eth0. May be repeated.
    #[arg(long = "peer", value_name = "SOURCE=ADDRESS", value_parser = peer)]
    pub(crate) peers: Vec<(String, String)>,
}

fn peer(text: &str) -> Result<(String, String), String> {
    let (name, address) =
        text.split_once('=').ok_or("expected SOURCE=ADDRESS, such as dns_rtt=192.0.2.1:53")?;
    Ok((name.trim().to_owned(), address.trim().to_owned()))
}
