use super::*;
use openentropy_core::hazmat;

/// A folder with a file that stands for the device and one that names its driver.
struct Fake(PathBuf);

impl Fake {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = std::env::temp_dir().join(format!("openentropy-hwrng-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let fake = Self(folder);
        fs::write(fake.device(), bytes).unwrap();
        fake.driven_by("fake.0\n");
        fake
    }

    fn device(&self) -> PathBuf {
        self.0.join("hwrng")
    }

    fn current(&self) -> PathBuf {
        self.0.join("rng_current")
    }

    fn driven_by(&self, name: &str) {
        fs::write(self.current(), name).unwrap();
    }

    fn open(&self) -> Result<HwRng, SourceError> {
        HwRng::start(&self.device(), self.current())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.0);
    }
}

fn take<const N: usize>(source: &mut HwRng) -> Result<[u8; N], SourceError> {
    let mut block = Raw::<[u8; N]>::new();
    source.sample(&mut block)?;
    Ok(hazmat::show(block))
}

#[test]
fn bytes_come_in_order_until_the_device_ends() {
    let bytes: [u8; 100] = core::array::from_fn(|at| at as u8);
    let fake = Fake::new("order", &bytes);
    let mut source = fake.open().unwrap();
    assert_eq!(source.device(), Some("fake.0"));
    assert_eq!(take(&mut source), Ok([0, 1, 2]));
    assert_eq!(take::<61>(&mut source).map(|block| block[60]), Ok(63));
    assert_eq!(take::<64>(&mut source), Err(SourceError::Disconnected));
}

#[test]
fn another_driver_ends_the_source() {
    let fake = Fake::new("driver", &[7; 1 << 16]);
    let mut source = fake.open().unwrap();
    fake.driven_by("other.1\n");
    let ended = (0..100).find_map(|_| take::<64>(&mut source).err());
    assert_eq!(ended, Some(SourceError::Disconnected));
    fake.driven_by("none\n");
    assert_eq!(fake.open().err(), Some(SourceError::Absent));
}

/// Trust in a device does not pass to the hypervisor's generator when the kernel changes over to that.
#[test]
fn a_driver_that_was_not_found_is_not_opened() {
    let fake = Fake::new("found", &[7; 4096]);
    let found = look(&fake.device(), Some(String::from("fake.0")));
    assert_eq!(found.virtualised, Machine::this().processor());
    assert!(opened(&found, fake.current()).is_ok());
    fake.driven_by("virtio_rng.0\n");
    assert_eq!(opened(&found, fake.current()).err(), Some(SourceError::Absent));
}

#[test]
fn a_device_that_has_nothing_costs_its_bound_and_no_more() {
    let fake = Fake::new("nothing", &[]);
    fs::remove_file(fake.device()).unwrap();
    let path = fake.device();
    crate::create_fifo(&path).unwrap();
    let writer = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let mut source = fake.open().unwrap();
    let began = Instant::now();
    assert_eq!(take::<64>(&mut source), Err(SourceError::Timeout));
    assert!((PATIENCE..PATIENCE * 10).contains(&began.elapsed()));
    drop(writer);
}

#[test]
fn what_is_missing_is_told_apart() {
    let fake = Fake::new("look", &[1]);
    let driver = || Some(String::from("virtio_rng.0"));
    let ready = look(&fake.device(), driver());
    assert_eq!((ready.access, ready.virtualised), (Access::Ready, Virtualised::Emulated));
    assert_eq!(look(&fake.device(), None).access, Access::Absent);
    assert_eq!(look(&fake.0.join("gone"), driver()).access, Access::Absent);
    assert_eq!(HwRng::start(&fake.0.join("gone"), fake.current()).err(), Some(SourceError::Absent));
}

/// Readers of closed sources hold their places until they end; who comes then waits for one instead of failing.
#[test]
fn one_opening_after_another_waits_for_the_readers_before() {
    let fake = Fake::new("again", &[7; 1 << 16]);
    for _ in 0..50 {
        fake.open().map(drop).unwrap();
    }
}
