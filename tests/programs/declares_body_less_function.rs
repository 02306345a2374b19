// expect: rejected resolve; why: it parses; the validation of the tree refuses
pub fn f();
