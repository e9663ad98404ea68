use super::*;
use core::cell::Cell as Slot;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, Width};
use rustix::io::Errno;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::{env, fs, process};

static INFO: SourceInfo = SourceInfo {
    name: "double",
    description: "counters of a script",
    physics: "none",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Test),
};

const SHORT: Duration = Duration::from_millis(1);

/// Scans that were written down: keys and values, or an error.
struct Script(VecDeque<Result<Vec<(u64, u64)>, SourceError>>);

impl Scan for Script {
    fn scan(&mut self, see: &mut dyn FnMut(&Cell<'_>)) -> Result<(), SourceError> {
        let columns = match self.0.len() {
            1 => self.0[0].clone()?, // the last one stands still
            _ => self.0.pop_front().unwrap()?,
        };
        for (key, value) in columns {
            see(&Cell { category: "script", name: &key, key, value });
        }
        Ok(())
    }
}

fn script<const N: usize>(scans: [Result<&[(u64, u64)], SourceError>; N]) -> Box<Script> {
    Box::new(Script(scans.into_iter().map(|scan| scan.map(<[_]>::to_vec)).collect()))
}

/// Scans never grow stale, however slow the machine is that runs the test.
fn differences(scan: Box<dyn Scan>) -> Differences {
    Differences { stale: Duration::MAX, ..Differences::new(&INFO, scan, SHORT).unwrap() }
}

#[test]
fn readings_are_what_moved_in_the_order_of_the_counters() {
    let mut source = differences(script([
        Ok(&[(1, 5), (2, 5), (3, 5), (4, 5)]),
        Ok(&[(1, 6), (2, 5), (3, 4), (4, 300)]),
        Ok(&[(1, 6), (2, 7), (3, 4), (4, 300)]),
    ]));
    let below_zero = (1 << DIFFERENCE_BITS) - 1;
    assert_eq!(source.measure(), Ok(1));
    assert_eq!(source.measure(), Ok(2 << DIFFERENCE_BITS | below_zero));
    assert_eq!(source.measure(), Ok(3 << DIFFERENCE_BITS | 295));
    assert_eq!(source.measure(), Ok(1 << DIFFERENCE_BITS | 2));
    assert_eq!(low_bits(3 << DIFFERENCE_BITS | 295, 1), 39, "the counter's number is in no sample");
    for _ in 0..3 {
        assert_eq!(source.measure(), Err(SourceError::NotReady), "nothing moves any more");
    }
}

#[test]
fn counters_that_came_or_went_have_no_difference() {
    let mut source = differences(script([
        Ok(&[(1, 5), (2, 5), (3, 5)]),
        Ok(&[(1, 6), (9, 1000), (3, 7)]),
        Ok(&[(9, 1001), (3, 7), (2, 1)]),
    ]));
    assert_eq!(source.measure(), Ok(1));
    assert_eq!(source.measure(), Ok(2 << DIFFERENCE_BITS | 2));
    assert_eq!(source.measure(), Ok(1));
    assert_eq!(source.measure(), Err(SourceError::NotReady));
}

#[test]
fn an_error_is_no_reading_and_what_it_broke_is_begun_anew() {
    let mut source =
        differences(script([Ok(&[(1, 5)]), Err(SourceError::Io), Ok(&[(1, 100)]), Ok(&[(1, 103)])]));
    assert_eq!(source.measure(), Err(SourceError::Io));
    assert_eq!(source.measure(), Ok(3));
}

#[test]
fn a_difference_spans_one_period_however_long_nobody_asked() {
    let scans = script([Ok(&[(1, 5)]), Ok(&[(1, 500)]), Ok(&[(1, 502)])]);
    let mut source = Differences { stale: Duration::ZERO, ..differences(scans) };
    assert_eq!(source.measure(), Ok(2), "the scan before is not what the period begins with");
}

#[test]
fn no_counters_are_no_source_and_many_lengthen_the_period() {
    assert_eq!(Differences::new(&INFO, script([Ok(&[])]), SHORT).err(), Some(SourceError::Absent));
    let many: Vec<(u64, u64)> = (0..COLUMNS_PER_PERIOD as u64).map(|key| (key, 0)).collect();
    let source = Differences::new(&INFO, script([Ok(&many)]), SHORT).unwrap();
    assert_eq!((source.period, source.stale), (SHORT * 2, SHORT * 4));
}

#[test]
fn keys_are_those_that_move_with_their_number() {
    let mut scan = script([Ok(&[(7, 1), (8, 1), (9, 1)]), Ok(&[(7, 1), (8, 0), (9, 5)])]);
    let keys = keys(&mut *scan, SHORT).unwrap();
    let key = |name: &str, number, difference| MovingKey {
        category: String::from("script"),
        name: name.to_owned(),
        number,
        difference,
    };
    assert_eq!((keys.all, keys.within), (3, SHORT));
    assert_eq!(keys.moving, [key("8", 1, u64::MAX), key("9", 2, 4)]);
}

/// A file with a name of its own, removed at the end.
struct Text(PathBuf);

impl Text {
    fn new(text: &str) -> Self {
        thread_local!(static NUMBER: Slot<u32> = const { Slot::new(0) });
        let number = NUMBER.replace(NUMBER.get() + 1);
        let id = thread::current().id();
        let name = format!("openentropy-counters-{}-{id:?}-{number}", process::id());
        let new = Self(env::temp_dir().join(name.replace(['(', ')'], "")));
        new.write(text);
        new
    }

    fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }

    fn table(&self) -> Table {
        Table::new("text", &self.0)
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

fn scanned(scan: &mut dyn Scan) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    scan.scan(&mut |cell| all.push((cell.name.to_string(), cell.value))).unwrap();
    all
}

#[test]
fn tables_are_read_anew_in_their_order_without_what_is_left_out() {
    let (first, second) = (Text::new("sum 3\na 1\nb 2\n"), Text::new("c 4\n"));
    let keeps: fn(&[u8], usize) -> bool = |word, _| word != b"sum";
    let tables = vec![Table { keeps, ..first.table() }, second.table()];
    let mut scan = Tables::open(tables, "").unwrap();
    let pairs =
        |values: [u64; 3]| ["a", "b", "c"].map(String::from).into_iter().zip(values).collect::<Vec<_>>();
    assert_eq!(scanned(&mut *scan), pairs([1, 2, 4]));
    first.write("sum 30\na 10\nb 20\n");
    assert_eq!(scanned(&mut *scan), pairs([10, 20, 4]));
}

#[test]
fn a_table_longer_than_its_room_is_read_to_its_end() {
    let text: String = (0..5000).map(|row| format!("row{row} {row}\n")).collect();
    let file = Text::new(&text);
    let mut scan = Tables::open(vec![file.table()], "").unwrap();
    let all = scanned(&mut *scan);
    assert_eq!(all.len(), 5000);
    assert_eq!(all[4999], (String::from("row4999"), 4999));
}

#[test]
fn a_table_of_a_thread_is_opened_anew_by_another() {
    let file = Text::new("1 2\n");
    let mut scan = Tables::open(vec![Table { is_per_thread: true, ..file.table() }], "").unwrap();
    let key = |scan: &mut dyn Scan| {
        let mut keys = Vec::new();
        scan.scan(&mut |cell| keys.push(cell.key)).unwrap();
        keys
    };
    let here = key(&mut *scan);
    assert_eq!(here, key(&mut *scan));
    let there = thread::scope(|scope| scope.spawn(|| key(&mut *scan)).join().unwrap());
    assert!(here.iter().zip(&there).all(|(here, there)| here != there), "no difference between two threads");
}

#[test]
fn what_is_missing_is_told() {
    let open = |path: &str| Tables::open(vec![Table::new("x", path)], "needs CONFIG_X").err().unwrap();
    let absent = open("/nonexistent/counters");
    assert_eq!(absent.access, Access::Absent);
    assert!(absent.reason.contains("/nonexistent/counters") && absent.reason.contains("CONFIG_X"));
    let empty = Text::new("");
    assert_eq!(open(empty.0.to_str().unwrap()).access, Access::Absent, "hidden by a container");
    assert_eq!(open("/").access, Access::Broken, "a folder has no text");
    let text = Text::new("a 1\n");
    let both = vec![Table::new("x", "/nonexistent/counters"), text.table()];
    assert_eq!(scanned(&mut *Tables::open(both, "").unwrap()), [(String::from("a"), 1)]);
    let broken = vec![text.table(), Table::new("x", "/")];
    assert_eq!(
        Tables::open(broken, "").err().unwrap().access,
        Access::Broken,
        "no part of what is there is left out"
    );
    for (errno, access) in [
        (Errno::ACCESS, Access::Denied),
        (Errno::PERM, Access::Denied),
        (Errno::OPNOTSUPP, Access::Absent), // a pressure file of a kernel booted without psi=1
        (Errno::MFILE, Access::Broken),
    ] {
        assert_eq!(why("x", &errno.into(), "").access, access);
    }
}
