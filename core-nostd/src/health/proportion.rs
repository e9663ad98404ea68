//! Does one value come too often?

use crate::health::{Level, Levels, Symbol, Window};

/// The adaptive-proportion test (SP 800-90B §4.4.2): the first value of a window too often within the window.
///
/// ```
/// use openentropy_core::health::{AdaptiveProportion, Level, Levels, Window};
/// let mut test = AdaptiveProportion::new(Window::Wide, Levels { intermittent: 300, permanent: 400 });
/// for pair in 0..256 {
///     assert_eq!(test.test(&[pair as u8, 7]), None); // 7 comes in every second place, but 0 opened the window
/// }
/// for pair in 0..149 {
///     assert_eq!(test.test(&[7, 7]), None);
/// }
/// assert_eq!(test.test(&[7, 7]), Some(Level::Intermittent));
/// ```
pub struct AdaptiveProportion<T: Symbol = u8> {
    cutoffs: Levels,
    window: Window,
    /// The value that opened the window.
    first: T,
    /// How often it came in the window, by now.
    count: u32,
    /// Samples until the window closes; 0 when the next sample opens one.
    left: u32,
}

impl<T: Symbol> AdaptiveProportion<T> {
    /// The test before its first sample.
    #[must_use]
    pub const fn new(window: Window, cutoffs: Levels) -> Self {
        Self { cutoffs, window, first: T::ZERO, count: 0, left: 0 }
    }

    /// Feeds consecutive samples and returns the gravest alarm that they raised; a window raises each level once.
    pub fn test(&mut self, mut samples: &[T]) -> Option<Level> {
        let mut worst = None;
        while let Some(&first) = samples.first() {
            if self.left == 0 {
                (self.first, self.count, self.left) = (first, 0, self.window.len());
            }
            let here = samples.len().min(self.left as usize);
            let Some((now, later)) = samples.split_at_checked(here) else {
                break;
            };
            let equal = now.iter().filter(|&&sample| sample == self.first).count() as u32;
            worst = worst.max(self.cutoffs.reached(self.count, self.count + equal));
            self.count += equal;
            self.left -= here as u32;
            samples = later;
        }
        worst
    }

    /// Samples until the open window closes; 0 when none is open.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.left
    }

    /// The window's kind.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// Replaces the cutoffs; the window goes on.
    pub const fn set_cutoffs(&mut self, cutoffs: Levels) {
        self.cutoffs = cutoffs;
    }
}

impl<T: Symbol> Drop for AdaptiveProportion<T> {
    fn drop(&mut self) {
        self.first.zeroize();
    }
}
