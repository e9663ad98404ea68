//! Telling whose an answer is.

use openentropy_core::SourceError;

/// Answers that a round may find before its own: of earlier rounds, given up by a signal or by their bound.
const STALE: usize = 4;

/// Takes answers until that of `turn` comes.
///
/// # Errors
/// What `answer` says; [`SourceError::NotReady`] when others came first, since such a round is not like the rest;
/// [`SourceError::Protocol`] when too many came.
pub(super) fn expect(
    turn: u64,
    mut answer: impl FnMut() -> Result<u64, SourceError>,
) -> Result<(), SourceError> {
    for others in 0..STALE {
        match (answer()? == turn, others) {
            (true, 0) => return Ok(()),
            (true, _) => return Err(SourceError::NotReady),
            (false, _) => {}
        }
    }
    Err(SourceError::Protocol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_earlier_rounds_are_taken_and_spoil_the_round() {
        let mut answers = [7, 8, 9, 9].into_iter();
        let mut next = || answers.next().ok_or(SourceError::Timeout);
        assert_eq!(expect(7, &mut next), Ok(()));
        assert_eq!(expect(9, &mut next), Err(SourceError::NotReady));
        assert_eq!(expect(9, &mut next), Ok(()));
        assert_eq!(expect(10, &mut next), Err(SourceError::Timeout));
        assert_eq!(expect(10, || Ok(3)), Err(SourceError::Protocol));
    }
}
