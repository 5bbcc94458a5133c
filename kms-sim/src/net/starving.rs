//! Whether the system says no for want of descriptors, for which the library has no word.

use std::io;

/// The process may open no more, the system may open no more.
#[cfg(unix)]
const CODES: [i32; 2] = [24, 23];
/// The process may open no more sockets.
#[cfg(not(unix))]
const CODES: [i32; 1] = [10024];

/// Whether too many files are open: EMFILE or ENFILE, WSAEMFILE on Windows.
pub fn is_for_want_of_descriptors(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| CODES.contains(&code))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_so_itself() {
        for code in CODES {
            let error = io::Error::from_raw_os_error(code);
            assert!(is_for_want_of_descriptors(&error));
            assert!(error.to_string().to_lowercase().contains("too many open files"), "{error}");
        }
        assert!(!is_for_want_of_descriptors(&io::ErrorKind::ConnectionRefused.into()));
    }
}
