//! Clocks with an oscillator of their own: the real-time clock at a date that the machine is given, and that of a network card.

use crate::guest::{Guest, Kind, read_exactly, remove_pci, rescan_pci, unbind, until, wait_for};
use crate::host::Machine;
use crate::scenario::{Scenario, steps};
use crate::sys::command::{RTC_READ_TIME, RTC_UPDATES_OFF, RTC_UPDATES_ON};
use anyhow::{Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::time::{DynamicClockId, clock_gettime_dynamic};
use std::fs::File;
use std::os::fd::AsFd as _;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "clocks",
    modules: &["e1000e"],
    machine,
    steps: steps![
        the_real_time_clock_has_its_date,
        the_real_time_clock_ticks_once_a_second,
        the_source_reads_seconds,
        a_real_time_clock_without_its_driver_is_an_error,
        the_source_sees_that_a_clock_stands_still,
        the_clock_of_a_network_card_stands_still_and_goes,
        questions_to_the_bus_are_answered,
        the_timer_of_the_board_is_read,
    ],
};

const RTC: &str = "/dev/rtc0";
/// Its name once it has come back: the kernel's own timers hold on to the old one.
const RTC_AGAIN: &str = "/dev/rtc1";
const PTP: &str = "/dev/ptp0";
/// Bytes that tell of one tick.
const TICK: usize = 8;
/// Far longer than the step of any such clock.
const MOMENT: Duration = Duration::from_millis(50);

fn machine(machine: &mut Machine) -> Result<()> {
    machine.with("-rtc base=2031-02-03T04:05:06,clock=vm -nic user,model=e1000e,restrict=on");
    Ok(())
}

/// Seconds, minutes, hours, day, month from nought, years from 1900, and more (`struct rtc_time`).
fn time(rtc: &File) -> Result<[i32; 6]> {
    let mut time = [0; 36];
    RTC_READ_TIME.call(rtc, &mut time)?;
    let (words, _) = time.as_chunks::<4>();
    Ok(core::array::from_fn(|at| i32::from_ne_bytes(words[at])))
}

/// The guest boots within the minute that its life lasts.
fn the_real_time_clock_has_its_date(_: &Guest) -> Result<()> {
    wait_for(RTC, true)?;
    let time = time(&File::open(RTC)?)?;
    ensure!(time[2..] == [4, 3, 1, 131] && matches!(time[1], 5..=7), "{time:?}");
    Ok(())
}

fn the_real_time_clock_ticks_once_a_second(_: &Guest) -> Result<()> {
    let rtc = File::open(RTC)?;
    RTC_UPDATES_ON.call(&rtc, 0)?;
    let first = time(&rtc)?[0];
    for _ in 0..2 {
        read_exactly(&rtc, TICK)?;
    }
    let second = time(&rtc)?[0];
    RTC_UPDATES_OFF.call(&rtc, 0)?;
    let passed = (second - first).rem_euclid(60);
    ensure!(matches!(passed, 1..=3), "{passed} seconds in two ticks");
    Ok(())
}

/// A reading is a second, by the other clock; the guest's host may hold it up.
fn the_source_reads_seconds(guest: &Guest) -> Result<()> {
    let reading = Kind::named("rtc_alarm")?.open()?.reading()?;
    ensure!((100_000_000..=10_000_000_000).contains(&reading), "{reading} ns");
    guest.say(&format!("a second of {reading} ns"))
}

fn the_source_sees_that_a_clock_stands_still(_: &Guest) -> Result<()> {
    wait_for(PTP, true)?;
    let error = Kind::named("ptp_clock")?.open().and_then(|mut source| Ok(source.take::<64>()?)).err();
    let error = error.and_then(|error| error.downcast_ref().copied());
    ensure!(error == Some(SourceError::Stuck), "{error:?}");
    Ok(())
}

fn questions_to_the_bus_are_answered(_: &Guest) -> Result<()> {
    Kind::named("pci_config_rtt")?.open()?.take::<64>()?;
    Ok(())
}

fn a_real_time_clock_without_its_driver_is_an_error(_: &Guest) -> Result<()> {
    let rtc = File::open(RTC)?;
    let bound = unbind("pnp", "rtc_cmos")?;
    let refused = RTC_READ_TIME.call(&rtc, &mut [0; 36]);
    ensure!(refused == Err(Errno::NODEV), "{refused:?}");
    drop(rtc);
    wait_for(RTC, false)?;
    bound.bind()?;
    wait_for(RTC_AGAIN, true)
}

/// The card that QEMU emulates has the registers of a clock, and no clock behind them.
fn the_clock_of_a_network_card_stands_still_and_goes(guest: &Guest) -> Result<()> {
    wait_for(PTP, true)?;
    let clock = File::open(PTP)?;
    let now = || clock_gettime_dynamic(DynamicClockId::Dynamic(clock.as_fd()));
    let (first, began) = (now()?, Instant::now());
    until("time to pass", MOMENT * 100, || Ok((began.elapsed() > MOMENT).then_some(())))?;
    ensure!(now()? == first, "a clock that runs after all: {first:?}, {:?}", now()?);
    remove_pci("e1000e")?;
    let gone = now();
    ensure!(gone == Err(Errno::NODEV), "{gone:?}");
    drop(clock);
    wait_for(PTP, false)?;
    rescan_pci()?;
    wait_for(PTP, true)?;
    guest.say(&format!("stands at {} s", first.tv_sec))
}

fn the_timer_of_the_board_is_read(_: &Guest) -> Result<()> {
    Kind::named("board_timer")?.open()?.take::<64>()?;
    Ok(())
}
