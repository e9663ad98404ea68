//! What a scenario is.

use crate::guest::Guest;
use crate::host::Machine;
use anyhow::Result;

/// One machine with its devices, and what is done with them.
pub(crate) struct Scenario {
    /// As it is asked for.
    pub(crate) name: &'static str,
    /// Modules of the kernel loaded before the first step, in this order, each with its parameters: `vivid n_devs=1`. What they
    /// need comes along.
    pub(crate) modules: &'static [&'static str],
    /// On the host: what stands in the machine beside processor and memory.
    pub(crate) machine: fn(&mut Machine) -> Result<()>,
    /// In the guest, one after the other; each makes the devices that it needs, and the first that fails ends the scenario.
    pub(crate) steps: &'static [Step],
}

/// What a step is called, and what it does.
pub(crate) type Step = (&'static str, fn(&Guest) -> Result<()>);

/// The steps of a scenario: functions, named as they are.
macro_rules! steps {
    ($($step:ident),+ $(,)?) => { &[$((stringify!($step), $step)),+] };
}
pub(crate) use steps;

/// The machine of a scenario whose devices are made in the guest.
pub(crate) fn bare(_: &mut Machine) -> Result<()> {
    Ok(())
}
