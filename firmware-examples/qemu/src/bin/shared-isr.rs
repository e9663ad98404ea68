// machines: microbit
//! An interrupt feeds the queue, one byte each, while the main loop sleeps, tests, absorbs and draws.
//!
//! Then a main loop that comes too late: what did not fit is counted, the gap is told of, and blocks go on after it. At last an interrupt that
//! no longer comes: the main loop's bound ends the wait in a typed error. Emulated noise carries no entropy.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};
use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::exception;
use openentropy_core::drbg::HmacDrbg;
use openentropy_core::health::CollectError;
use openentropy_core::{
    Claim, EntropySource, Generator, MinEntropy, Policy, Raw, ReseedPolicy, Shared, SourceError, SourceId,
    SourceInfo, Tested,
};
use openentropy_firmware_qemu::{
    machine,
    nrf51_rng::{INFO, Nrf51Rng},
};

/// 63 bytes, read in blocks of 16.
static QUEUE: Shared<64> = Shared::new::<16>(&INFO);
/// Bytes that the interrupt has brought.
static BROUGHT: AtomicU32 = AtomicU32::new(0);

const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(2_000));
/// A tick each millisecond of the 16 MHz clock, so that sleep ends even when nothing else does.
const TICK: u32 = 16_000;
/// A block takes 16 interrupts and a few ticks: so many wake-ups without one are a source that has stopped.
const WAKE_UPS: u32 = 200;
/// Bytes that come while nobody takes them: 37 more than fit. How many are lost beyond that is a matter of instructions.
const LATE: u32 = 100;

/// The queue as a source that sleeps until a block is there.
struct Awaited;

impl EntropySource for Awaited {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Wakes up at most [`WAKE_UPS`] times.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        for _ in 0..WAKE_UPS {
            match (&QUEUE).sample(out) {
                Err(SourceError::NotReady) => cortex_m::asm::wfi(),
                answer => return answer,
            }
        }
        Err(SourceError::Timeout)
    }
}

#[machine::entry]
fn main() -> ! {
    static mut GENERATOR: Generator<HmacDrbg, 4> =
        Generator::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);

    if let Some(peripherals) = cortex_m::Peripherals::take() {
        tick(peripherals.SYST);
    }
    Nrf51Rng::new().start();
    Nrf51Rng::enable_interrupt();
    let mut source = Tested::new(Awaited, SourceId::new(1), CLAIM);
    let mut block = Raw::<[u8; 16]>::new();

    let mut bytes = [0; 32];
    let mut blocks = 0_u32;
    while GENERATOR.fill(&mut bytes).is_err() {
        blocks += 1;
        match source.collect(&mut block) {
            Ok(samples) => GENERATOR.absorb(samples),
            Err(CollectError::Starting { .. }) => {}
            Err(error) => fail("seeding", error),
        }
    }
    defmt::info!("seeded after {=u32} blocks of 16 samples", blocks);
    defmt::info!("{=[u8]:02x}", bytes);

    let caught_up = (0..8).filter(|_| source.collect(&mut block).is_ok()).count();
    let (start, lost) = (BROUGHT.load(Ordering::Relaxed), QUEUE.overruns());
    while BROUGHT.load(Ordering::Relaxed).wrapping_sub(start) < LATE {
        cortex_m::asm::wfi();
    }
    let (mut blocks, mut gaps) = (0_u32, 0_u32);
    while blocks < 8 {
        match source.collect(&mut block) {
            Ok(_) => blocks += 1,
            Err(CollectError::Source(SourceError::Overrun)) => gaps += 1,
            Err(error) => fail("catching up", error),
        }
    }
    let counted = QUEUE.overruns() - lost >= LATE - 63;
    defmt::info!("{=usize} blocks, {=u32} bytes late, their loss counted: {=bool}", caught_up, LATE, counted);
    defmt::info!("{=u32} blocks around {=u32} gap", blocks, gaps);

    Nrf51Rng::break_down();
    loop {
        match source.collect(&mut block) {
            Ok(_) => {}
            Err(CollectError::Source(SourceError::Timeout)) => break,
            Err(error) => fail("stopping", error),
        }
    }
    defmt::info!("the interrupt stopped: {}", CollectError::Source(SourceError::Timeout));
    machine::done()
}

fn tick(mut timer: SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(TICK - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}

fn fail(what: &str, error: CollectError) -> ! {
    defmt::error!("{=str}: {}", what, error);
    machine::failed()
}

/// Wakes the processor, and nothing else.
#[exception]
fn SysTick() {}

/// Every interrupt without a handler of its own: here, only that of the generator.
#[exception]
unsafe fn DefaultHandler(_number: i16) {
    if let Some(byte) = Nrf51Rng::take() {
        QUEUE.push(byte);
        BROUGHT.store(BROUGHT.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    machine::panicked(info)
}
