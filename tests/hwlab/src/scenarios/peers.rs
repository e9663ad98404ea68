//! Peers on the loopback network that answer as a resolver or a time server does, and packets that arrive.

use crate::guest::{Guest, Kind, Source};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::socket::switch_on;
use anyhow::{Context as _, Result, ensure};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use openentropy_core::SourceError;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Instant, SystemTime};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "peers",
    modules: &[],
    machine: bare,
    steps: steps![
        the_interface_is_switched_on,
        a_resolver_is_timed_and_its_silence_bounded,
        the_offset_of_a_time_server_is_read_and_its_silence_bounded,
        arrivals_are_those_of_the_packets,
    ],
};

/// By how much the time server's clock is ahead.
const AHEAD: Duration = Duration::from_secs(5);
/// By how much a foreign answer would be.
const FAR_AHEAD: Duration = Duration::from_secs(5000);
/// What the peer lets pass between a foreign answer and its own.
const PAUSE: Duration = Duration::from_millis(5);
/// What silence may cost: the time to the next question, a second by the sources' word, and as much again for a loaded host.
const BOUND: Duration = Duration::from_secs(6);

fn the_interface_is_switched_on(_: &Guest) -> Result<()> {
    switch_on("lo").context("cannot switch the loopback interface on")
}

/// A thread that answers questions, each first as nobody was asked and then as it is right; or not at all.
struct Answering {
    address: String,
    silent: Arc<AtomicBool>,
}

impl Answering {
    /// `answers` makes the foreign answer and the right one from a question.
    fn start(answers: fn(&[u8]) -> [Vec<u8>; 2]) -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let address = socket.local_addr()?.to_string();
        let silent = Arc::new(AtomicBool::new(false));
        let is_silent = Arc::clone(&silent);
        thread::spawn(move || -> Result<()> {
            let mut question = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut question)?;
                if is_silent.load(Ordering::Relaxed) {
                    continue;
                }
                for answer in answers(&question[..length]) {
                    socket.send_to(&answer, from)?;
                    thread::sleep(PAUSE);
                }
            }
        });
        Ok(Self { address, silent })
    }

    /// A source that asks it reads what `is_right`, times out in time while it is silent, and reads again after that.
    fn is_asked_by(&self, name: &str, is_right: fn(u64) -> bool) -> Result<()> {
        let mut source = Kind::named(name)?.open_towards(&self.address)?;
        reads(&mut source, is_right)?;
        self.silent.store(true, Ordering::Relaxed);
        let began = Instant::now();
        source.fails_with(SourceError::Timeout)?;
        ensure!(began.elapsed() < BOUND, "silence cost {:?}", began.elapsed());
        self.silent.store(false, Ordering::Relaxed);
        reads(&mut source, is_right).context("after the silence")
    }
}

fn reads(source: &mut Source, is_right: fn(u64) -> bool) -> Result<()> {
    let reading = source.reading()?;
    ensure!(is_right(reading), "{reading}");
    Ok(())
}

/// RFC 1035, §4.1.1: an answer has the identifier of its question, and a bit that says that it is one.
fn resolved(question: &[u8]) -> [Vec<u8>; 2] {
    let mut right = question.to_vec();
    right[2] |= 0x80;
    let mut foreign = right.clone();
    foreign[0] ^= 1;
    [foreign, right]
}

/// Whoever took the foreign answer for the right one would read less.
fn a_resolver_is_timed_and_its_silence_bounded(_: &Guest) -> Result<()> {
    Answering::start(resolved)?.is_asked_by("dns_rtt", |reading| u128::from(reading) >= PAUSE.as_nanos())
}

/// RFC 5905, §7.3: an answer repeats the transmit stamp of its question.
fn timed(question: &[u8]) -> [Vec<u8>; 2] {
    let answer = |ahead: Duration, flipped: u8| {
        let mut answer = [0; 48];
        answer[..2].copy_from_slice(&[4 << 3 | 4, 2]);
        answer[24..32].copy_from_slice(&question[40..48]);
        answer[24] ^= flipped;
        let stamp = stamp(SystemTime::now() + ahead).to_be_bytes();
        answer[32..40].copy_from_slice(&stamp);
        answer[40..48].copy_from_slice(&stamp);
        answer.to_vec()
    };
    [answer(FAR_AHEAD, 1), answer(AHEAD, 0)]
}

/// Seconds since 1900 in 32 bits, and 32 bits behind the point.
fn stamp(time: SystemTime) -> u64 {
    const FROM_1900_TO_1970: u64 = 2_208_988_800;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = (since.as_secs() + FROM_1900_TO_1970) & u64::from(u32::MAX);
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    seconds << 32 | fraction
}

/// It may err by half of what the exchange took, a second at most.
fn the_offset_of_a_time_server_is_read_and_its_silence_bounded(_: &Guest) -> Result<()> {
    Answering::start(timed)?
        .is_asked_by("ntp_rtt", |reading| (4_400_000_000..=5_600_000_000).contains(&reading))
}

/// A reading is no shorter than the pause between two packets.
fn arrivals_are_those_of_the_packets(_: &Guest) -> Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(socket.local_addr()?)?; // what nobody reads is dropped without an answer
    let mut source = Kind::named("packet_arrival")?.open_towards("lo")?;
    let (stop, stopped) = channel::<()>();
    let sending = thread::spawn(move || {
        while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            socket.send(b"packet")?;
        }
        std::io::Result::Ok(())
    });
    let readings: Vec<u64> = (0..16).map(|_| source.reading()).collect::<Result<_>>()?;
    ensure!(readings.iter().all(|reading| u128::from(*reading) >= PAUSE.as_nanos()), "{readings:?}");
    drop(stop);
    Ok(sending.join().ok().context("sending panicked")??)
}
