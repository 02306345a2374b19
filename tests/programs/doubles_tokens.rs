// expect: limit memory; why: a macro that doubles its input at each step
macro_rules! double {
    ($($t:tt)*) => { double!($($t)* $($t)*); };
}
double!(a);
