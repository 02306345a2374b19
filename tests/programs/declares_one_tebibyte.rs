// expect: rejected lint | limit memory; why: larger than any memory
pub static A: [u8; 1 << 40] = [0; 1 << 40];
