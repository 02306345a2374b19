// expect: rejected resolve | limit memory; why: an endless file is read until memory is out
pub const Z: &[u8] = include_bytes!("/dev/zero");
