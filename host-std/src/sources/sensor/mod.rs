//! Converters and sensors.

mod audio_adc;
mod battery_gauge;
mod ble_rssi;
mod camera_pixels;
mod fan_tach;
mod gpu_sensors;
mod hwmon;
mod hwmon_adc;
mod iio_sensors;
mod input_events;
mod wifi_rssi;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    audio_adc::KIND,
    battery_gauge::KIND,
    ble_rssi::KIND,
    camera_pixels::KIND,
    fan_tach::KIND,
    gpu_sensors::KIND,
    hwmon_adc::KIND,
    iio_sensors::KIND,
    input_events::KIND,
    wifi_rssi::KIND,
];
