//! A peer on the loopback network that answers, falls silent, and goes.

use crate::counters;
use crate::guest::{Guest, Kind};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::socket::switch_on;
use anyhow::{Context as _, Result, ensure};
use core::net::SocketAddr;
use core::time::Duration;
use openentropy_host::Access;
use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::thread;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "network",
    modules: &[],
    machine: bare,
    steps: steps![
        a_source_without_its_interface_is_an_error,
        a_peer_answers_falls_silent_and_goes,
        the_loopback_source_delivers,
        sources_towards_a_peer_deliver,
    ],
};

/// What an answer may take on a loaded host.
const PATIENCE: Duration = Duration::from_secs(10);
/// What nobody answers within.
const SILENCE: Duration = Duration::from_millis(200);
const QUESTIONS: u32 = 100;
/// The question upon which the peer answers no more.
const BE_SILENT: &[u8] = b"be silent";
/// The question upon which it goes.
const GO: &[u8] = b"go";

fn a_source_without_its_interface_is_an_error(_: &Guest) -> Result<()> {
    let kind = Kind::named("loopback_net")?;
    let (access, reason) = kind.access();
    ensure!(access == Access::Broken && reason.contains("unreachable"), "{access:?}: {reason}");
    switch_on("lo").context("cannot switch the loopback interface on")?;
    kind.ready()?;
    Ok(())
}

/// A thread that sends back what it gets.
fn peer() -> Result<(SocketAddr, thread::JoinHandle<std::io::Result<()>>)> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    let answering = thread::spawn(move || {
        let mut silent = false;
        let mut question = [0; 64];
        loop {
            let (length, from) = socket.recv_from(&mut question)?;
            match &question[..length] {
                BE_SILENT => silent = true,
                GO => return Ok(()),
                _ if silent => {}
                other => drop(socket.send_to(other, from)?),
            }
        }
    });
    Ok((address, answering))
}

fn a_peer_answers_falls_silent_and_goes(_: &Guest) -> Result<()> {
    let (address, answering) = peer()?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut answer = [0; 64];
    for number in 0..QUESTIONS {
        let question = counters::bytes(number..number + 1);
        socket.send(&question)?;
        let length = socket.recv(&mut answer).with_context(|| format!("question {number}"))?;
        ensure!(answer[..length] == question, "another answer than the question");
    }
    socket.send(BE_SILENT)?;
    socket.set_read_timeout(Some(SILENCE))?;
    socket.send(b"?")?;
    let silent = socket.recv(&mut answer);
    ensure!(silent.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "{silent:?}");
    socket.send(GO)?;
    answering.join().ok().context("the peer panicked")??;
    let gone = socket.send(b"?").and_then(|_| socket.recv(&mut answer));
    ensure!(gone.as_ref().is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused), "{gone:?}");
    Ok(())
}

fn the_loopback_source_delivers(_: &Guest) -> Result<()> {
    Kind::named("loopback_net")?.open()?.take::<64>()?;
    Ok(())
}

/// Connections and echoes are timed.
fn sources_towards_a_peer_deliver(_: &Guest) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let peer = listener.local_addr()?.to_string();
    thread::spawn(move || listener.incoming().for_each(drop));
    // who may send echoes without being root's program: the group nought, which is root's
    fs::write("/proc/sys/net/ipv4/ping_group_range", "0 0")?;
    Kind::named("tcp_rtt")?.open_towards(&peer)?.wait::<8>().context("tcp_rtt")?;
    Kind::named("icmp_rtt")?.open_towards("127.0.0.1")?.wait::<8>().context("icmp_rtt")?;
    Ok(())
}
