"""The assisted reading, with the words of the real rustc."""

from __future__ import annotations

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import Compiled, Judge, Rejected, probe_toolchain
from ferrobench.judging.assist import assist
from tests.support.prompts import prompt

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc

ASKED = prompt("pub fn f(x: u8) -> u8 {\n")


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("let m: HashMap<u8, u8> = HashMap::new(); m.len() as u8", "added_use_std"),
        ("let s: HashSet<u8> = BTreeSet::new().into_iter().collect(); s.len() as u8", "added_use_std"),
        ("Rc::new(RefCell::new(x)).take()", "added_use_std"),
        ("match x.cmp(&1) { Ordering::Less => 1, _ => 2 }", "added_use_std"),
        ("let a = AtomicU8::new(x); a.load(Ordering::SeqCst)", "added_use_std"),
        ("let mut s = String::new(); s.write_str(\"a\").unwrap(); x", "added_use_std"),
        ("let mut s = String::new(); io::stdin().read_line(&mut s).unwrap(); x", "added_use_std"),
        ("io::stdout().flush().unwrap(); x", "added_use_std"),
        ("u8::from_str(\"1\").unwrap()", "added_use_std"),
        ("struct A; impl fmt::Display for A { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { Ok(()) } } x", "added_use_std"),
        ("let _ = Duration::from_secs(1); max(x, 1)", "added_use_std"),
        ("let gen = x; println!(\"{gen}\"); gen", "escaped_reserved_word"),
        ("if x > 1 { loop { return x; } } else { x", "closed_delimiters"),
    ],
)  # fmt: skip
def test_what_rustc_says_is_enough_to_repair(body: str, rule: str) -> None:
    """The repaired program compiles; what rustc saw only then may take a second time."""
    text = f"pub fn f(x: u8) -> u8 {{ {body}" + ("" if rule == "closed_delimiters" else " }\n")
    with Judge(TOOLCHAIN, edition="2024", jobs=1) as judge:
        rules: list[str] = []
        judgment = judge.judge_code(text)
        for _ in range(2):
            if isinstance(judgment, Rejected):
                repaired = assist(ASKED, text, judgment.errors)
                assert repaired is not None and repaired.text is not None, judgment
                text = repaired.text
                rules += repaired.rules
                judgment = judge.judge_code(text)

    assert isinstance(judgment, Compiled), (text, judgment)
    assert set(rules) == {rule}
