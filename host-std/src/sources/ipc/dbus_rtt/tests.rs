use super::message::{Answer, HEAD, LONGEST, answer, length_of};
use super::*;
use core::sync::atomic::{AtomicU32, Ordering};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread::JoinHandle;

/// An answer with the given header fields, of (code, signature, value).
fn reply(kind: u8, fields: &[u8], body: &[u8]) -> Vec<u8> {
    let order = if cfg!(target_endian = "little") { b'l' } else { b'B' };
    let mut message = vec![order, kind, 1, 1];
    message.extend((body.len() as u32).to_ne_bytes());
    message.extend(9_u32.to_ne_bytes());
    message.extend((fields.len() as u32).to_ne_bytes());
    message.extend(fields);
    message.resize(message.len().next_multiple_of(8), 0);
    message.extend(body);
    message
}

/// The fields of a real answer: signature, destination, then the number of the call.
fn fields(serial: u32) -> Vec<u8> {
    let mut fields = vec![8, 1, b'g', 0, 1, b's', 0, 0, 6, 1, b's', 0];
    fields.extend(4_u32.to_ne_bytes());
    fields.extend(b":1.7\0");
    fields.resize(fields.len().next_multiple_of(8), 0);
    fields.extend([5, 1, b'u', 0]);
    fields.extend(serial.to_ne_bytes());
    fields
}

#[test]
fn a_call_is_a_message() {
    let mut call = Call::new("GetId").unwrap();
    let message = call.numbered(0x0102_0304).to_vec();
    assert_eq!(length_of(message.first_chunk().unwrap()), Ok(message.len()));
    assert_eq!(message[8..12], 0x0102_0304_u32.to_ne_bytes());
    // The first field: code 1, variant of type o, the path.
    assert_eq!(message[16..20], [1, 1, b'o', 0]);
    assert_eq!(message[20..24], 21_u32.to_ne_bytes());
    assert_eq!(&message[24..46], b"/org/freedesktop/DBus\0");
    assert_eq!(answer(&message), Ok(Answer::Other));
    assert!(Call::new(&"x".repeat(LONGEST + 1)).is_err());
}

#[test]
fn answers_are_understood_and_garbage_is_not() {
    assert_eq!(answer(&reply(2, &fields(77), b"")), Ok(Answer::Return(77)));
    assert_eq!(answer(&reply(3, &fields(77), b"no")), Ok(Answer::Error(77)));
    assert_eq!(answer(&reply(4, &fields(77), b"")), Ok(Answer::Other));
    assert_eq!(answer(&reply(2, &[], b"")), Err(SourceError::Protocol));
    assert_eq!(answer(&reply(2, &[1, 1, b'v', 0, 0, 0, 0, 0], b"")), Err(SourceError::Protocol));
    let whole = reply(2, &fields(77), b"");
    for cut in 0..whole.len() {
        assert!(answer(&whole[..cut]).is_err(), "{cut}");
    }
    let mut too_long = *reply(2, &fields(77), b"").first_chunk::<HEAD>().unwrap();
    too_long[12..16].copy_from_slice(&u32::MAX.to_ne_bytes());
    assert_eq!(length_of(&too_long), Err(SourceError::Protocol));
    assert_eq!(length_of(b"HTTP/1.1 400 Bad"), Err(SourceError::Protocol));
}

/// How a double of the bus behaves after authentication.
#[derive(Clone, Copy)]
enum Manner {
    Answers,
    Refuses,
    Babbles,
    Hangs,
    HangsUp,
}

struct Double {
    path: PathBuf,
    thread: Option<JoinHandle<()>>,
}

impl Double {
    fn start(manner: Manner, first: &'static str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("openentropy-bus-{}-{number}", std::process::id()));
        let listener = UnixListener::bind(&path).unwrap();
        let serve = move || {
            let (stream, _) = listener.accept().unwrap();
            // What the source does when it gives up breaks the double's reading or writing.
            let _broken = serve(&stream, manner, first);
        };
        Self { path, thread: Some(thread::spawn(serve)) }
    }

    fn open(&self) -> Result<DbusRtt, SourceError> {
        DbusRtt::open(&Candidate { path: Some(self.path.clone()), ..Candidate::ready() })
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        fs::remove_file(&self.path).unwrap();
        self.thread.take().unwrap().join().unwrap();
    }
}

fn serve(stream: &UnixStream, manner: Manner, first: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let user = rustix::process::geteuid().as_raw().to_string();
    let hexadecimal: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
    assert_eq!(line, format!("\0AUTH EXTERNAL {hexadecimal}\r\n"));
    writer.write_all(first.as_bytes())?;
    line.clear();
    reader.read_line(&mut line)?;
    if line != "BEGIN\r\n" {
        return Ok(());
    }
    for round in 0.. {
        let mut head = [0; HEAD];
        reader.read_exact(&mut head)?;
        let mut rest = vec![0; length_of(&head).unwrap() - HEAD];
        reader.read_exact(&mut rest)?;
        let serial = u32::from_ne_bytes(*head[8..].first_chunk().unwrap());
        let answer = match manner {
            _ if round == 0 => reply(2, &fields(serial), b"\x04\0\0\0:1.7\0"),
            Manner::Answers => [reply(4, &fields(serial), b""), reply(2, &fields(serial), b"")].concat(),
            Manner::Refuses => reply(3, &fields(serial), b""),
            Manner::Babbles => reply(4, &[], b"").repeat(100),
            Manner::Hangs => continue,
            Manner::HangsUp => return Ok(()),
        };
        // In two parts, as a stream may come.
        let (one, other) = answer.split_at(answer.len() / 3);
        writer.write_all(one)?;
        writer.write_all(other)?;
    }
    Ok(())
}

#[test]
fn a_bus_is_asked() {
    let double = Double::start(Manner::Answers, "OK 1234deadbeef\r\n");
    let mut source = double.open().unwrap();
    for _ in 0..100 {
        assert_eq!(source.run(), Ok(()));
    }
}

#[test]
fn a_bus_that_fails_gives_a_typed_error_in_time() {
    for (manner, error) in [
        (Manner::Refuses, SourceError::Denied),
        (Manner::Babbles, SourceError::Protocol),
        (Manner::Hangs, SourceError::Timeout),
        (Manner::HangsUp, SourceError::Disconnected),
    ] {
        let double = Double::start(manner, "OK 1234deadbeef\r\n");
        assert_eq!(double.open().unwrap().run(), Err(error));
    }
}

#[test]
fn a_bus_that_does_not_let_us_in_is_said() {
    for (first, error) in [
        ("REJECTED EXTERNAL\r\n", SourceError::Denied),
        ("NONSENSE\r\n", SourceError::Protocol),
        ("", SourceError::Timeout),
    ] {
        let double = Double::start(Manner::Answers, first);
        assert_eq!(double.open().err(), Some(error));
    }
    let nobody = Candidate { path: Some(PathBuf::from("/nonexistent/bus")), ..Candidate::ready() };
    assert_eq!(DbusRtt::open(&nobody).err(), Some(SourceError::Absent));
}
