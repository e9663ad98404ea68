use super::*;
use crate::Virtualised;
use crate::sys::os::tree::Tree;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

const CONTROLLER: u16 = 3;

fn packet(event: u16, controller: u16, body: &[u8]) -> Vec<u8> {
    let words = [event, controller, body.len() as u16].map(u16::to_le_bytes);
    [words.as_flattened(), body].concat()
}

fn found(strength: i8) -> Vec<u8> {
    let [strength] = strength.to_ne_bytes();
    packet(FOUND, CONTROLLER, &[1, 2, 3, 4, 5, 6, 1, strength, 0, 0, 0, 0, 0, 0])
}

fn rigged() -> (BleRssi, OwnedFd) {
    let flags = SocketFlags::NONBLOCK;
    let (socket, kernel) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).unwrap();
    let source = BleRssi {
        socket,
        controller: CONTROLLER,
        ours: false,
        pace: Pace::new(PAUSE),
        room: Zeroizing::new(vec![0; ROOM]),
        heard: Instant::now(),
    };
    (source, kernel)
}

fn say(kernel: &OwnedFd, packet: &[u8]) {
    assert_eq!(send(kernel, packet, SendFlags::empty()), Ok(packet.len()));
}

/// What the source told the kernel, if anything.
fn told(kernel: &OwnedFd) -> Option<Vec<u8>> {
    let mut room = [0; 64];
    recv(kernel, &mut room[..], RecvFlags::empty()).ok().map(|(length, _)| room[..length].to_vec())
}

fn answer(status: u8) -> Vec<u8> {
    let [c0, c1] = START_DISCOVERY.to_le_bytes();
    packet(COMPLETE, CONTROLLER, &[c0, c1, status, LOW_ENERGY])
}

#[test]
fn readings_are_the_strengths_in_their_order() {
    let (mut source, kernel) = rigged();
    say(&kernel, &answer(0));
    for strength in [-40, UNKNOWN, -128, 0] {
        say(&kernel, &found(strength));
    }
    assert_eq!(source.measure(), Ok(i64::from(-40).cast_unsigned()));
    assert_eq!(told(&kernel).unwrap(), command_of(START_DISCOVERY, CONTROLLER));
    assert_eq!(source.measure(), Err(SourceError::NotReady), "one without a strength");
    assert_eq!(source.measure(), Ok(i64::from(-128).cast_unsigned()));
    assert!(source.room.iter().all(|byte| *byte == 0), "addresses are wiped");
    assert_eq!(source.measure(), Ok(0));
    say(&kernel, &packet(REMOVED, CONTROLLER, &[]));
    assert_eq!(source.measure(), Err(SourceError::Disconnected));
}

#[test]
fn a_discovery_of_its_own_is_stopped_and_no_other() {
    for (status, stopped) in [(0x00, true), (0x0a, false)] {
        let (mut source, kernel) = rigged();
        say(&kernel, &answer(status));
        assert_eq!(source.discover(), Ok(()));
        assert_eq!(told(&kernel).unwrap(), command_of(START_DISCOVERY, CONTROLLER));
        drop(source);
        let stop = stopped.then(|| command_of(STOP_DISCOVERY, CONTROLLER).to_vec());
        assert_eq!(told(&kernel).filter(|packet| !packet.is_empty()), stop);
    }
    let (mut source, kernel) = rigged();
    source.ours = true;
    say(&kernel, &packet(DISCOVERING, CONTROLLER, &[LOW_ENERGY, 0]));
    assert_eq!(source.measure(), Err(SourceError::NotReady));
    drop(source);
    assert!(told(&kernel).unwrap_or_default().is_empty(), "it has ended by itself");
}

#[test]
fn refusals_are_told_apart() {
    for (status, error) in [
        (0x0f, SourceError::Absent),
        (0x11, SourceError::Disconnected),
        (0x14, SourceError::Denied),
        (0x03, SourceError::Io),
    ] {
        let (mut source, kernel) = rigged();
        say(&kernel, &packet(STATUS, CONTROLLER, &[START_DISCOVERY as u8, 0, status]));
        assert_eq!(source.discover(), Err(error));
    }
    let (mut source, _kernel) = rigged();
    assert_eq!(source.discover(), Err(SourceError::Timeout), "no answer");
}

#[test]
fn nobody_in_range_is_a_timeout() {
    let (mut source, _kernel) = rigged();
    source.ours = true;
    assert_eq!(source.measure(), Err(SourceError::NotReady));
    source.heard = Instant::now().checked_sub(PATIENCE + ANSWER).unwrap();
    assert_eq!(source.measure(), Err(SourceError::Timeout));
}

#[test]
fn packets_of_others_and_short_ones_are_no_readings() {
    let whole = found(-40);
    assert_eq!(event_of(&whole, CONTROLLER), Some(Event::Found(-40)));
    assert_eq!(event_of(&whole, CONTROLLER + 1), Some(Event::Other));
    for end in 0..whole.len() {
        assert_eq!(event_of(&whole[..end], CONTROLLER), None, "{end}");
    }
    assert_eq!(event_of(&packet(FOUND, CONTROLLER, &[0; ADDRESS]), CONTROLLER), None);
    let begins = packet(DISCOVERING, CONTROLLER, &[LOW_ENERGY, 1]);
    assert_eq!(event_of(&begins, CONTROLLER), Some(Event::Other));
}

#[test]
fn controllers_are_found_and_their_connections_are_none() {
    let tree = Tree::new("bluetooth");
    tree.entry("class/bluetooth/hci1", "devices/virtual/bluetooth/hci1");
    tree.entry("class/bluetooth/hci1:64", "devices/virtual/bluetooth/hci1/hci1:64");
    let found = find_in(tree.root(), true);
    assert_eq!((found.len(), found[0].instance), (1, 1));
    assert_eq!((found[0].access, found[0].virtualised), (Access::Ready, Virtualised::Emulated));
    assert_eq!(find_in(tree.root(), false)[0].access, Access::Denied);
    assert_eq!(find_in(Path::new("/proc/self/nothing"), true)[0].access, Access::Absent);
}
