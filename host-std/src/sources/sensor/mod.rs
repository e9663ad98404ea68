//! Converters and sensors.

mod battery_gauge;
mod fan_tach;
mod hwmon;
mod hwmon_adc;
mod iio_sensors;
mod input_events;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] =
    &[battery_gauge::KIND, fan_tach::KIND, hwmon_adc::KIND, iio_sensors::KIND, input_events::KIND];
