// machines: microbit
//! Names every public function of the core with inputs that the compiler cannot know, to be linked and searched for panics.
//!
//! What it does when it runs means nothing.
#![no_std]
#![no_main]

use core::convert::Infallible;
use core::fmt::Write;
use core::hint::black_box as unknown;
use embedded_hal::{delay::DelayNs, digital::InputPin, i2c};
use openentropy_core::condition::{
    Delta, Peres, Sha256Conditioner, Toeplitz, Transform, VonNeumann, XorFold, output_entropy,
};
use openentropy_core::drbg::{ChaChaDrbg, Drbg, HashDrbg, HmacDrbg};
#[cfg(feature = "aes")]
use openentropy_core::drbg::{CtrDrbg, CtrDrbgNoDf};
use openentropy_core::health::{
    AdaptiveProportion, Alpha, Alphas, HealthTest, Lag, LagCutoffs, LagTest, Levels, RepetitionCount, Window,
    repetition_cutoff,
};
use openentropy_core::sources::{
    ATECC_ADDRESS, Adc, Atecc, ByteStream, ClockBeat, JitterLoop, JitterWork, PinNoise, SramStartup,
};
use openentropy_core::{
    Claim, EntropySource, Generator, Group, HmacSha256, Independence, Label, LabelState, LowBits, Measure,
    MinEntropy, Platform, Policy, Pool, Raw, Requirement, ReseedPolicy, Sha256, Shared, SourceCategory,
    SourceError, SourceId, SourceReport, SourceState, Tested, Width, hazmat,
};
use openentropy_firmware_qemu::{
    machine,
    nrf51_rng::{INFO, Nrf51Rng},
};
use rand_core::TryRng;

static QUEUE: Shared<64> = Shared::new::<16>(&INFO);

#[machine::entry]
fn main() -> ! {
    static mut MEMORY: [u8; 256] = [0; 256];

    let claim = claims();
    facts();
    hashes();
    health(claim.tested_as());
    sources(MEMORY);
    chain::<HmacDrbg>(claim);
    chain::<HashDrbg>(claim);
    chain::<ChaChaDrbg>(claim);
    #[cfg(feature = "aes")]
    {
        chain::<CtrDrbg>(claim);
        without_derivation_function();
    }
    conditioning(claim);
    labels();
    machine::done()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    machine::failed()
}

fn used<T>(value: T) {
    unknown(value);
}

fn bytes() -> &'static [u8] {
    unknown(b"of a length that the compiler does not know")
}

fn claims() -> Claim {
    let least = MinEntropy::from_millibits(unknown(333)).unwrap_or(MinEntropy::ZERO);
    let claim = Claim::OperatorDeclared(MinEntropy::at_most(unknown(2_000))).lowered_to(least);
    used(claim.min_entropy().millibits());
    claim
}

fn facts() {
    used(Width::new(unknown(3)).map(Width::bits));
    let id = unknown(SourceId::with_instance(unknown(SourceId::new(1)).number(), 1));
    used(id.instance());
    let names = [
        unknown(SourceCategory::Thermal).name(),
        unknown(Platform::Any).name(),
        unknown(Requirement::None).name(),
        unknown(Independence::of(Group::Sram)).with_instance(id.instance()).group.name(),
        unknown(SourceError::Stuck).name(),
        unknown(HealthTest::Lag).name(),
        unknown(LabelState::Raw).name(),
        unknown(SourceState::Mixed).name(),
    ];
    used(names);
}

fn hashes() {
    let mut hash = Sha256::new();
    hash.update(bytes());
    used(hash.clone().finish());
    used(HmacSha256::new(bytes()).tag(&[bytes(), bytes()]));
}

fn health(claim: MinEntropy) {
    let window = Window::of(unknown(Width::BIT));
    let cutoffs = Alphas { intermittent: unknown(&Alpha::POW_30), permanent: unknown(&Alpha::POW_60) };
    used((window.len(), cutoffs.intermittent.exponent(), repetition_cutoff(claim, cutoffs.permanent)));
    used(cutoffs.intermittent.proportion_cutoff(claim, window));

    let mut repetition = RepetitionCount::<u8>::new(cutoffs.repetition(claim));
    repetition.set_cutoffs(unknown(Levels { intermittent: 3, permanent: 4 }));
    used(repetition.test(bytes()));

    let mut proportion = AdaptiveProportion::<u8>::new(window, cutoffs.proportion(claim, window));
    proportion.set_cutoffs(unknown(Levels { intermittent: 3, permanent: 4 }));
    used((proportion.test(bytes()), proportion.left(), proportion.window()));

    let mut lag = Lag::<8>::new();
    lag.set_cutoffs(LagCutoffs::of(claim));
    used((lag.test(bytes()), lag.is_on()));
}

/// Takes a block, bare or by way of digitisation.
fn sample(mut source: impl EntropySource) {
    let mut block = Raw::<[u8; 16]>::new();
    used((source.info().width, source.sample(&mut block), block.len()));
}

fn digitised(measure: impl Measure) {
    sample(LowBits::new(measure, unknown(Width::BYTE), unknown(3)));
}

fn sources(memory: &mut [u8; 256]) {
    QUEUE.push(unknown(1));
    used(QUEUE.overruns());
    sample(&QUEUE);

    digitised(Adc::new(unknown(Width::BYTE), || unknown(Ok(1))));
    digitised(ClockBeat::new(|| unknown(1_u64), || unknown(1_u32), unknown(100)));
    if let Ok(jitter) = JitterLoop::new(|| unknown(1_u64), &mut *memory, unknown(JitterWork::Heavy)) {
        used((jitter.step(), jitter.oversampling(), jitter.stuck_readings()));
        digitised(jitter);
    }
    if let Ok(mut sram) = SramStartup::new(memory, unknown(&mut [0; 4])) {
        sample(&mut sram);
        used(sram.remaining());
    }

    let mut pin = PinNoise::new(Wire, Wire, unknown(1_000));
    sample(&mut pin);
    used(pin.release());
    let mut chip = Atecc::new(Wire, Wire, unknown(ATECC_ADDRESS));
    sample(&mut chip);
    used(chip.release().is_ok());
    let mut stream = ByteStream::<_, 64>::new(Wire, unknown(INFO), unknown(3));
    sample(&mut stream);
    used(stream.release());
}

/// From the peripheral to bytes: every function that a source's samples can pass.
fn chain<D: Drbg + TryRng + Default>(claim: Claim) {
    let mut block = Raw::<[u8; 32]>::new();
    used(block.write(|slots| {
        slots.fill(unknown(1));
        unknown(Ok::<(), SourceError>(()))
    }));
    let mut pool = Pool::<4>::new(unknown(Policy::SINGLE_GROUP));
    let mut generator =
        Generator::<D, 4>::new(D::default(), unknown(Policy::SINGLE_GROUP), ReseedPolicy::STRICT);

    let mut bare = Tested::without_lag(Nrf51Rng::new(), SourceId::new(1), claim);
    if let Ok(samples) = bare.collect(&mut block) {
        pool.absorb(samples);
    }
    used(Tested::new(Nrf51Rng::new(), SourceId::new(1), claim).collect(&mut block).is_ok());
    let mut tested = Tested::with_lag(Nrf51Rng::new(), SourceId::new(1), claim, Lag::<8>::new())
        .with_alphas(Alphas::DEFAULT)
        .with_failures(unknown(1));
    if let Ok(samples) = tested.collect(&mut block) {
        used((samples.len(), samples.id(), samples.independence()));
        generator.absorb(samples);
    }
    tested.lower(MinEntropy::at_most(unknown(1_000)));
    tested.restart();
    tested.operator_reset();
    used((tested.source().info(), tested.id(), tested.claim(), tested.state(), tested.lag_is_on()));
    used((tested.failures(), tested.alarms()));

    pool.mix(bytes());
    pool.retire(tested.id());
    pool.fork(bytes());
    used((pool.credit(), pool.credit_of(unknown(Independence::of(Group::Sram))), pool.groups()));
    used((pool.uncredited(), pool.policy(), pool.nonce()));
    let mut out = [0; 32];
    used((pool.draw(&mut out).is_ok(), pool.condense::<16>().is_ok()));
    let mut mechanism = D::default();
    if let Ok(seed) = pool.condense::<32>() {
        used(mechanism.instantiate(seed, &pool.nonce(), bytes()));
        used(mechanism.reseed(hazmat::seed_from_bytes(out), bytes()));
    }
    used((D::self_test(), mechanism.generate(&mut out, bytes())));
    used((mechanism.try_next_u32().is_ok(), mechanism.try_next_u64().is_ok()));
    mechanism.uninstantiate();

    generator.mix(bytes());
    generator.retire(tested.id());
    used((generator.fill(&mut out), generator.fill_with(&mut out, bytes())));
    used((generator.try_next_u32().is_ok(), generator.try_next_u64().is_ok()));
    generator.fork(bytes());
    used((generator.state(), generator.seeds(), generator.name(), generator.pool().credit()));
}

#[cfg(feature = "aes")]
fn without_derivation_function() {
    let seed = || (hazmat::seed_from_bytes(unknown([1; 32])), hazmat::seed_from_bytes(unknown([1; 16])));
    let mut generator = CtrDrbgNoDf::new();
    let (key, counter) = seed();
    used(generator.instantiate(key, counter, bytes()));
    let (key, counter) = seed();
    used(generator.reseed(key, counter, bytes()));
    used(generator.generate(&mut [0; 100], bytes()));
}

fn conditioning(claim: Claim) {
    static SEED: [u32; 24] = [0x5b55_ab04; 24];

    used(output_entropy(unknown(512), unknown(320_000), unknown(256), unknown(256)));
    transform(VonNeumann::new());
    transform(Peres::<4, 64>::new());
    transform(Toeplitz::<16, 8, 24>::new(unknown(&SEED)));
    transform(XorFold::<4>::new());
    transform(Delta::new(unknown(Width::BYTE)));

    let mut conditioner = Sha256Conditioner::new();
    if let Ok(samples) = Tested::new(&QUEUE, SourceId::new(7), claim).collect(&mut Raw::<[u8; 16]>::new()) {
        conditioner.absorb(samples);
    }
    used((conditioner.min_entropy(), conditioner.finish()));
}

fn transform(mut transform: impl Transform) {
    for sample in bytes() {
        transform.push(*sample, &mut used);
    }
    if let Ok(samples) =
        Tested::new(&QUEUE, SourceId::new(8), Claim::None).collect(&mut Raw::<[u8; 16]>::new())
    {
        transform.feed(samples, used);
    }
}

fn labels() {
    let reports =
        unknown([SourceReport::new("a", unknown(Independence::of(Group::Sram)), SourceState::Credited)]);
    used(reports[0].state.pays());
    let label = Label {
        state: LabelState::paid_by(&reports),
        generator: unknown(Some("hmac_drbg")),
        credited_bits: unknown(320),
        overdue_seconds: unknown(1),
        sources: &reports[..],
        os_mixed: unknown(false),
    };
    used((label.write_json(&mut Wire).is_ok(), write!(Wire, "{label}").is_ok()));
}

/// Stands for every device: whatever it is asked, the compiler does not know the answer.
struct Wire;

impl Write for Wire {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        used(text);
        unknown(Ok(()))
    }
}

impl DelayNs for Wire {
    fn delay_ns(&mut self, ns: u32) {
        used(ns);
    }
}

impl embedded_hal::digital::ErrorType for Wire {
    type Error = Infallible;
}

impl InputPin for Wire {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        unknown(Ok(true))
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        unknown(Ok(true))
    }
}

impl i2c::ErrorType for Wire {
    type Error = i2c::ErrorKind;
}

impl i2c::I2c for Wire {
    fn transaction(&mut self, _: u8, operations: &mut [i2c::Operation<'_>]) -> Result<(), i2c::ErrorKind> {
        used(operations);
        unknown(Ok(()))
    }
}

impl embedded_io::ErrorType for Wire {
    type Error = embedded_io::ErrorKind;
}

impl embedded_io::ReadReady for Wire {
    fn read_ready(&mut self) -> Result<bool, embedded_io::ErrorKind> {
        unknown(Ok(true))
    }
}

impl embedded_io::Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, embedded_io::ErrorKind> {
        used(buffer);
        unknown(Ok(1))
    }
}
