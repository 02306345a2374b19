// expect: compiled; why: nothing of the environment reaches rustc
const _: () = assert!(option_env!("HOME").is_none());
const _: () = assert!(option_env!("FERROBENCH_CANARY").is_none());
const _: () = assert!(option_env!("PWD").is_none());
