// expect: limit time; why: the lint that would stop it is allowed
#![allow(long_running_const_eval)]
pub const X: u64 = {
    let mut i = 0u64;
    while i < u64::MAX {
        i += 1;
    }
    i
};
