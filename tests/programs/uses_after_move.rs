// expect: rejected borrowck; why: E0382
pub fn f(s: String) -> (String, String) {
    (s, s)
}
