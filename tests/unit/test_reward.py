"""The reward function with a scripted compiler, and what it reads out of answers."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ferrobench
from ferrobench.errors import NotReadyError, SuiteError, UsageError
from ferrobench.judging import (
    Compiled,
    CompilerCrashed,
    Failure,
    Judgment,
    Limit,
    LimitHit,
    Proof,
    Rejected,
    Stage,
    TestedProgram,
    TooLarge,
    Unjudged,
    Verdict,
    stage_of,
)
from ferrobench.prompts import load_suite
from ferrobench.reward import STAGE_REWARDS, RewardFunction, checks_something, function, last_code_block
from tests.support.tested import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging import Program
    from ferrobench.prompts import Prompt

ITEM = "fn f() {}\n"
JUDGMENTS: dict[bytes, Judgment] = {
    b"lexes": Rejected(stage=Stage.LEX, errors=(), warnings=()),
    b"types": Rejected(stage=Stage.TYPECHECK, errors=(), warnings=()),
    b"hangs": LimitHit(limit=Limit.TIME, stage=Stage.RESOLVE),
    b"crashes": CompilerCrashed(stage=Stage.BORROWCK, detail="arbitrary"),
    b"large": TooLarge(size_bytes=1),
    b"ours": Unjudged(cause="arbitrary"),
}


class Scripted:
    """Says of a program what the word in it stands for, else that it compiles. Remembers what it was asked."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def compile(self, program: Program) -> Judgment:
        self.seen.append(program.source.decode())
        for word, judgment in JUDGMENTS.items():
            if word in program.source:
                return judgment
        return Compiled(warnings=())


@pytest.fixture
def compiler() -> Scripted:
    return Scripted()


def reward_of(completion: str, prompt: str = "", kind: Any = "compile", **options: Any) -> float | None:
    """What a single completion earns."""
    with RewardFunction(kind, compiler=Scripted(), jobs=1, **options) as reward:
        (earned,) = reward(prompts=[prompt], completions=[completion])
    return earned


@pytest.mark.parametrize(
    ("word", "compile_reward", "stage"),
    [
        ("fine", 1.0, Stage.COMPILED),
        ("types", 0.0, Stage.TYPECHECK),
        ("lexes", 0.0, Stage.LEX),
        ("hangs", 0.0, Stage.RESOLVE),
        ("crashes", 0.0, Stage.BORROWCK),
        ("large", 0.0, Stage.LEX),
    ],
)
def test_a_verdict_has_a_reward_of_each_kind(word: str, compile_reward: float, stage: Stage) -> None:
    """Whatever rustc died of."""
    code = f"fn {word}() {{}}"

    assert reward_of(code) == compile_reward
    assert reward_of(code, kind="stage") == STAGE_REWARDS[stage]


@pytest.mark.parametrize("kind", ["compile", "stage", lambda verdict: 1.0])
def test_what_we_failed_to_judge_has_no_reward(kind: Any) -> None:
    """None, which trainers leave out; never 0."""
    assert reward_of("fn ours() {}", kind=kind) is None


def test_stage_rewards_rise_with_the_stages_from_0_to_1() -> None:
    """Strictly, and for all stages that a verdict can have."""
    rewards = [STAGE_REWARDS[stage] for stage in Stage if stage not in (Stage.RUN, Stage.TESTED)]

    assert rewards == sorted(set(rewards))
    assert (rewards[0], rewards[-1]) == (0.0, 1.0)
    assert STAGE_REWARDS[Stage.COMPILED] == 1.0


def test_the_documentation_has_the_table_of_stage_rewards() -> None:
    """To two places."""
    page = (Path(__file__).parents[2] / "docs" / "python-api.md").read_text()
    header, _, values = (
        line.strip().strip("|") for line in page[page.index("| `empty` |") :].split("\n")[:3]
    )
    documented = dict(zip(header.replace("`", "").split(" | "), values.split(" | "), strict=True))

    assert {stage.strip(): float(value) for stage, value in documented.items()} == {
        stage.value: round(reward, 2) for stage, reward in STAGE_REWARDS.items()
    }


def test_stage_rewards_can_be_replaced() -> None:
    """For all stages at once."""
    steep = {stage: reward**4 for stage, reward in STAGE_REWARDS.items()}

    assert reward_of("fn types() {}", kind="stage", stage_rewards=steep) == (4 / 9) ** 4


def test_a_function_of_the_verdict_is_a_kind() -> None:
    """It sees what an answer was found to be, empty ones included."""

    def seen_stage(verdict: Verdict) -> float:
        return float(stage_of(verdict).rank)

    assert reward_of("fn types() {}", kind=seen_stage) == Stage.TYPECHECK.rank
    assert reward_of("", kind=seen_stage) == Stage.EMPTY.rank
    assert RewardFunction(seen_stage).__name__ == "seen_stage"


@pytest.mark.parametrize(
    ("prompt", "completion", "reward"),
    [
        ("", "", 0.0),
        ("", " \n// thinking\n/* aloud */", 0.0),
        ("struct P { x: f64 }", "", 0.0),
        ("struct P { x: f64 }", " // done", 0.0),
        ("struct P { x: f64 }", ";", 0.0),
        ("struct P { x: f64 }", "\nuse std::io;", 0.0),
        ("struct P { x: f64 }", "\nimpl P {}", 1.0),
        ("// Write a function.", ITEM, 0.0),
        ("// Write a function.", "\n" + ITEM, 1.0),
        ("fn f() -> u8 {", " 1 }", 1.0),
        ("use std::io;\nfn f() -> u8 {", " 1 }", 1.0),
        ("#[inline]\n", "fn f() {}", 1.0),
        ("#[inline]\n", "#[cfg(any())] fn f() {}", 0.0),
        ("fn f() -> u8 {", " #![cfg(any())] nonsense }", 0.0),
        ("impl P {\n    fn f() -> u8 {", " #![cfg(any())] nonsense } }", 0.0),
        ("macro_rules! square {", " ($x:expr) => { $x * $x }; }", 1.0),
        ("mod a {\n    fn f() {", " } }", 1.0),
        ("mod a {\n    fn f() {}", " }", 0.0),
    ],
)
def test_what_adds_nothing_earns_nothing(prompt: str, completion: str, reward: float) -> None:
    """Although rustc accepts all of these."""
    assert reward_of(completion, prompt) == reward
    assert (reward_of(completion, prompt, kind="stage") == 0.0) == (reward == 0.0)


CHEATS = {
    "file configured away": "#![cfg(any())]\nfn f() -> u8 { nonsense }",
    "file configured away by an attribute's attribute": "#![cfg_attr(all(), cfg(any()))]\nfn f() -> u8 { nonsense }",
    "behind others": "#![allow(unused)]\n//! Words.\n#![cfg(not(all()))]\nfn f() -> u8 { nonsense }",
    "item configured away": "#[cfg(any())] fn f() -> u8 { nonsense }",
    "by the constant": "#[cfg(false)] fn f() -> u8 { nonsense }",
    "by a raw name": "#[r#cfg(any())] fn f() -> u8 { nonsense }",
    "by an option that nobody sets": "#[cfg(feature = \"x\")] fn f() -> u8 { nonsense }",
    "by the contrary of one that is set": "#[cfg(not(unix))] fn f() -> u8 { nonsense }",
    "by what we cannot know": "#[cfg(not(target_pointer_width = \"64\"))] fn f() -> u8 { nonsense }",
    "in part": "#[cfg(all(unix, any(test, windows)))] fn f() -> u8 { nonsense }",
    "by an attribute's attribute": "#[cfg_attr(unix, inline, cfg(any()))] fn f() -> u8 { nonsense }",
    "as a test": "#[test] fn f() -> u8 { nonsense }",
    "as tests": "#[cfg(test)] mod tests { fn f() -> u8 { nonsense } }",
    "as a test by another name": "use core::prelude::v1::test as foo;\n#[foo] fn f() -> u8 { nonsense }",
    "as a test called derive": "use core::prelude::v1::test as derive;\n#[derive] fn f() -> u8 { nonsense }",
    "as a test called skip": "mod rustfmt { pub use core::prelude::v1::test as skip; }\n#[rustfmt::skip] fn f() -> u8 { nonsense }",
    "from inside": "fn f() -> u8 { #![cfg(any())] nonsense }",
    "module from inside": "mod a { #![cfg(any())] fn f() -> u8 { nonsense } }",
    "in a module": "mod a { mod b { #[cfg(any())] fn f() -> u8 { nonsense } } }",
    "deep in modules": "mod a {" * 40 + "#[cfg(any())] fn f() -> u8 { nonsense }" + "}" * 40,
    "macro that nobody calls": "macro_rules! f { () => { nonsense nonsense } }",
    "macro that swallows": "macro_rules! x { ($($t:tt)*) => {} }\nx! { fn f() -> nonsense nonsense }",
    "macro that configures away": "macro_rules! x { ($i:item) => { #[cfg(any())] $i } }\nx! { fn f() -> u8 { nonsense } }",
    "macros of the standard library": "thread_local! {}",
    "import": "use std::fmt;",
    "declaration": "extern \"C\" { fn f(x: u8) -> u8; }",
    "documentation": "//! nonsense",
}  # fmt: skip


@pytest.mark.parametrize("code", CHEATS.values(), ids=CHEATS.keys())
def test_what_rustc_does_not_look_at_earns_nothing(code: str) -> None:
    """Although it compiles (`tests/integration/test_reward.py`)."""
    assert reward_of(code) == 0.0
    assert reward_of(code, kind="stage") == 0.0
    assert reward_of(code + "\n" + ITEM) == (0.0 if code.startswith("#!") else 1.0)
    assert reward_of(code, reward_unchecked=True) == 1.0 or code.startswith("//!")


@pytest.mark.parametrize(
    "code",
    [
        ITEM,
        "pub fn f() {}",
        "pub(crate) async unsafe fn f() {}",
        "/* why */ pub const unsafe extern \"C\" fn f() {}",
        "/// Words.\n#[inline]\n#[must_use]\npub fn f() -> u8 { 1 }",
        "#![allow(dead_code)]\n#[derive(Debug, Clone)]\npub struct S;",
        "#[derive(Debug)]\npub(crate) enum E { A }",
        "#[repr(C)] pub union U { a: u8 }",
        "#[unsafe(no_mangle)] pub extern \"C\" fn f() {}",
        "unsafe impl Send for S {}",
        "impl !Send for S {}",
        "pub trait T {}",
        "pub type A = u8;",
        "const A: u8 = 1;",
        "static mut A: u8 = 1;",
        "pub mod a { pub mod b { use std::io; pub fn f() {} } }",
        "#[cfg(unix)] fn f() {}",
        "#[cfg(not(test))] fn f() {}",
        "#[cfg(any(windows, all(unix, not(test))))] fn f() {}",
        "#[cfg_attr(feature = \"serde\", derive(Serialize))] struct S;",
        "macro_rules! one { () => { 1 } }\nfn f() -> u8 { one!() }",
        "#[cfg(test)] mod tests {}\nfn f() {}",
        "use std::io;\n// Words.\n\nfn f() {}",
        "#![cfg_attr(docsrs, feature(doc_cfg))]\nfn f() {}",
    ],
)  # fmt: skip
def test_honest_items_count(code: str) -> None:
    """Whatever else stands beside or on them."""
    assert checks_something(code)


@given(st.text(st.sampled_from('#![]{}()cfg_attr,any not mod fn x test derive="/*\n r')), st.integers(0, 40))
def test_asking_never_raises(text: str, boundary: int) -> None:
    """For any text, and any place in it."""
    checks_something(text, min(boundary, len(text)))


@given(st.text(st.sampled_from('#![]{}()=";,x \n')))
def test_nothing_beside_an_answer_takes_its_reward(text: str) -> None:
    """What stands behind a plain item changes nothing."""
    assert checks_something(ITEM + text)


@pytest.mark.parametrize(
    "code",
    [
        "#[cfg(" + "not(" * 20_000 + "unix" + ")" * 20_000 + ")] fn f() {}",
        "#[" + "cfg_attr(unix, " * 10_000 + "inline" + ")" * 10_000 + "] fn f() {}",
        "#[inline]" * 20_000,
        "fn f() {" + "#![cfg((" * 20_000,
    ],
    ids=["conditions", "attributes", "attributes without end", "open brackets"],
)
def test_long_and_deep_texts_end_soon(code: str) -> None:
    """Neither the stack nor the time runs out."""
    started = time.process_time()

    assert not checks_something(code)
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("```rust\nfn f() {}\n```", "fn f() {}\n"),
        ("First:\n```rust\nA\n```\nBetter:\n```rust\nB\n```\nDone.", "B\n"),
        ("```rust\nA\n```\n```text\nB\n```\n```\nC\n```", "A\n"),
        ("```\nA\n```\n~~~\nB\n~~~", "B\n"),
        ("```python\nA\n```", None),
        ("```rust,ignore\nA\n```", "A\n"),
        ("``` Rust\nA\n```", "A\n"),
        ("````rs\nA\n```\nB\n````", "A\n```\nB\n"),
        ("~~~rust\nA\n```\n~~~", "A\n```\n"),
        ("- so:\n    ```rust\n    A\n    ```\n", "    A\n"),
        ("```rust\nA", "A"),
        ("Use ```rust``` here.", None),
        ("```rust\r\nA\r\n```\r\nB", "A\r\n"),
        ("", None),
    ],
)
def test_the_last_rust_block_is_the_code(markdown: str, code: str | None) -> None:
    """Blocks in other languages are none, and blocks without one only where no block says that it is Rust."""
    assert last_code_block(markdown) == code


@given(
    st.lists(st.text(st.characters(exclude_characters="`~\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")), min_size=1)
)
def test_what_stands_in_a_block_comes_out_of_it(lines: list[str]) -> None:
    """To the last character."""
    code = "".join(f"{line}\n" for line in lines)

    assert last_code_block(f"Here:\n```rust\n{code}```\n") == code


def test_a_chat_answers_with_what_its_last_message_says(compiler: Scripted) -> None:
    """As text, or as parts of which some are text."""
    fenced = "```rust\nfn f() {}\n```"
    chats = [
        [{"role": "assistant", "content": fenced}],
        [{"role": "assistant", "content": "Wait."}, {"role": "tool", "content": "x"}, {"role": "assistant", "content": fenced}],
        [{"role": "assistant", "content": [{"type": "image"}, {"type": "text", "text": fenced}]}],
        [{"content": fenced}],
        [{"role": "assistant", "content": "I cannot."}],
        [{"role": "assistant", "content": None}],
        [{"role": "user", "content": fenced}],
        [],
    ]  # fmt: skip
    prompts = [[{"role": "user", "content": "Write f."}]] * len(chats)
    with RewardFunction(code="fenced", compiler=compiler, jobs=1) as reward:
        rewards = reward(prompts=prompts, completions=chats)

    assert rewards == [1.0] * 4 + [0.0] * 4
    assert set(compiler.seen) == {"fn f() {}\n"}


def test_the_code_is_where_it_is_said_to_be(compiler: Scripted) -> None:
    """In the prompt too, in the completion alone, up to its last whole item, or wherever a function finds it."""
    prompt, completion = "fn f() {", " }\nfn g() {}\nfn h() {"

    def in_column(prompt: object, completion: object, columns: Any) -> str:
        return f"{completion}{columns['closing']}{columns['step']}"

    for code in ("prompt+completion", "extracted", "completion", in_column):
        with RewardFunction(code=code, compiler=compiler, jobs=1) as reward:  # type: ignore[arg-type]
            reward(prompts=[prompt], completions=[completion], closing=["}"], step=7)

    assert compiler.seen == [
        prompt + completion,
        "fn f() { }\nfn g() {}",
        completion,
        completion + "}7",
    ]


def test_a_function_that_finds_no_code_found_an_empty_answer(compiler: Scripted) -> None:
    """Nothing is compiled."""
    with RewardFunction(code=lambda *_: " ", compiler=compiler, jobs=1) as reward:
        assert reward(prompts=["x"], completions=["x"]) == [0.0]
    assert compiler.seen == []


def test_preludes_come_from_their_column(compiler: Scripted) -> None:
    """And may be missing for some samples."""
    with RewardFunction(prelude="given", compiler=compiler, jobs=1) as reward:
        reward(prompts=["", ""], completions=[ITEM, ITEM + ITEM], given=["struct P;", None])

    with_prelude, without = compiler.seen
    assert "struct P;" in with_prelude
    assert without == ITEM + ITEM


def test_what_a_trainer_adds_is_no_matter(compiler: Scripted) -> None:
    """TRL hands over token ids, its own state and functions to log with."""
    with RewardFunction(compiler=compiler, jobs=1) as reward:
        rewards = reward(
            prompts=[""] * 2,
            completions=[ITEM, ""],
            completion_ids=[[1], []],
            trainer_state=object(),
            log_metric=print,
        )

    assert rewards == [1.0, 0.0]


def test_rewards_are_in_the_order_of_completions(compiler: Scripted) -> None:
    """However many there are at a time."""
    completions = ["fn types() {}" if number % 3 else ITEM * (number + 1) for number in range(100)]
    with RewardFunction(compiler=compiler, jobs=3) as reward:
        rewards = reward(prompts=[""] * 100, completions=completions)

    assert rewards == [0.0 if number % 3 else 1.0 for number in range(100)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RewardFunction("compiles"), "kind: expected one of compile, stage, tests, pass"),  # type: ignore[arg-type]
        (lambda: RewardFunction(code="fence"), "code: expected one of prompt"),  # type: ignore[arg-type]
        (lambda: RewardFunction(stage_rewards={Stage.LEX: 1.0}), "stage_rewards: expected a finite reward for empty"),
        (
            lambda: RewardFunction(stage_rewards={**STAGE_REWARDS, Stage.LEX: float("nan")}),
            "stage_rewards: expected a finite reward for lex",
        ),
        (lambda: RewardFunction()(["a"], []), "prompts: expected 0"),
        (lambda: RewardFunction()([[]], ["x"]), "code='fenced'"),
        (lambda: RewardFunction(prelude="given")(["a"], ["x"]), "given: expected a column of 1"),
        (lambda: RewardFunction(prelude="given")(["a"], ["x"], given=["a", "b"]), "given: expected a column"),
        (lambda: RewardFunction(prelude="given")(["a"], ["x"], given=[1]), "given: expected texts"),
        (lambda: RewardFunction("stage", suite="seed"), "suite: only the kinds tests and pass run hidden tests, not 'stage'"),
        (lambda: RewardFunction("pass", suite="seed", prelude="given"), "prelude: the prompts of a suite have their own"),
        (lambda: RewardFunction("tests", compiler=Scripted()), "compiler: kind 'tests' runs programs"),
        (lambda: RewardFunction("pass", suite="seed")(["a"], ["x"]), "task_id: expected a column of 1 texts, found NoneType"),
        (lambda: RewardFunction("pass", suite="seed", task="id")(["a"], ["x"], id=["y"]), "id: no suite has a prompt 'y'"),
        (lambda: RewardFunction("pass", suite=["seed", "seed"])(["a"], ["x"], task_id=["factorial"]), "is ambiguous"),
        (lambda: RewardFunction("pass", suite="seed")(["a"], ["x"], task_id=["struct_point"]), "has no hidden tests"),
        (lambda: RewardFunction("pass")(["a"], ["x"]), "tests: expected a column of 1 texts, found NoneType"),
        (lambda: RewardFunction("pass")(["a"], ["x"], tests=[" "]), "tests: expected Rust, found an empty text"),
        (lambda: RewardFunction("pass")([[]], ["x"], tests=["fn main() {}"]), "entry: prompts that are messages need a column"),
    ],
)  # fmt: skip
def test_a_wrong_use_is_named(call: Any, message: str) -> None:
    """In one line, before anything is started."""
    with pytest.raises(UsageError) as caught:
        call()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_suite_that_is_not_there_is_named_at_once() -> None:
    """Before a model is loaded."""
    with pytest.raises(SuiteError, match="no-such-suite"):
        RewardFunction("pass", suite="no-such-suite")


class ScriptedJudge:
    """Says of a program what the word in it stands for. Remembers what it was asked."""

    def __init__(self, **_: Any) -> None:
        self.asked: list[tuple[Prompt, str]] = []
        self.announced: list[Prompt] = []

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        self.announced.extend(prompts)

    def submit_tested(self, prompt: Prompt, text: str) -> Future[TestedProgram]:
        self.asked.append((prompt, text))
        future: Future[TestedProgram] = Future()
        future.set_result(next((said for word, said in TESTED.items() if word in text), TESTED["right"]))
        return future

    def close(self) -> None:
        pass


def told(passed: int, failed: int, *, remote: bool = True, **why: Any) -> TestedProgram:
    """A program that compiles, and of which hidden tests say this."""
    tested = replace(tell(passed, failed, **why), proof=Proof.REMOTE if remote else Proof.IN_PROCESS)
    return TestedProgram(Compiled(warnings=()), tested)


OURS = Unjudged(cause="arbitrary")
TESTED = {
    "right": told(4, 0),
    "half": told(2, 2, failure=Failure.ASSERTION),
    "wrong": told(0, 4, failure=Failure.PANIC),
    "early": told(4, 0, failure=Failure.LEFT_EARLY),
    "floods": told(4, 0, limit=Limit.OUTPUT),
    "elsewhere": told(0, 0, failure=Failure.NO_ENTRY_POINT),
    "types": TestedProgram(Rejected(stage=Stage.TYPECHECK, errors=(), warnings=()), None),
    "guarded": told(4, 0, remote=False),
    "partly": told(3, 1, remote=False, failure=Failure.ASSERTION),
    "ours": TestedProgram(Compiled(warnings=()), OURS),
    "vanished": TestedProgram(OURS, None),
}


@pytest.fixture
def judges(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedJudge]:
    """The judges that are made, all of them scripted; tests can be run."""
    made: list[ScriptedJudge] = []

    def make(**options: Any) -> ScriptedJudge:
        made.append(ScriptedJudge(**options))
        return made[-1]

    monkeypatch.setattr(function, "Judge", make)
    monkeypatch.setattr(function, "find_testing_fault", lambda *_, **__: None)
    return made


@pytest.mark.parametrize(
    ("word", "share", "passed"),
    [
        ("right", 1.0, 1.0),
        ("half", 0.5, 0.0),
        ("wrong", 0.0, 0.0),
        ("early", 0.75, 0.0),
        ("floods", 0.75, 0.0),
        ("elsewhere", 0.0, 0.0),
        ("types", 0.0, 0.0),
        ("ours", None, None),
        ("vanished", None, None),
    ],
)
@pytest.mark.usefixtures("judges")
def test_hidden_tests_have_rewards(word: str, share: float | None, passed: float | None) -> None:
    """A share is 1 only where there is proof of all; what we failed to judge has none."""
    asked: dict[str, Any] = {"prompts": ["arbitrary"], "completions": [f"fn {word}() {{}}"]}

    assert RewardFunction("tests", suite="seed")(**asked, task_id=["factorial"]) == [share]
    assert RewardFunction("pass", suite="seed")(**asked, task_id=["seed/factorial"]) == [passed]


@pytest.mark.parametrize(("word", "share", "passed"), [("guarded", 1.0, 1.0), ("partly", 0.75, 0.0)])
@pytest.mark.usefixtures("judges")
def test_what_tests_in_the_own_process_say_counts_only_where_allowed(
    word: str, share: float, passed: float
) -> None:
    """A sample could have said it; whoever trains on such prompts hears of it."""
    asked: dict[str, Any] = {"prompts": [""], "completions": [word], "task_id": ["factorial"]}
    for kind, earned in (("tests", share), ("pass", passed)):
        with pytest.warns(UserWarning, match="seed/factorial: its tests share a process"):
            assert RewardFunction(kind, suite="seed")(**asked) == [0.0]  # type: ignore[arg-type]
        assert RewardFunction(kind, suite="seed", allow_in_process=True)(**asked) == [earned]  # type: ignore[arg-type]


def test_programs_begin_as_the_suite_says(judges: list[ScriptedJudge]) -> None:
    """Whatever the trainer's prompt is, a chat too; a fenced answer is a program by itself."""
    suite = load_suite("seed")
    factorial = next(prompt for prompt in suite.prompts if prompt.name == "factorial")
    chat = [[{"role": "user", "content": "Write a factorial."}]]
    fenced = "Here:\n```rust\nfn right() {}\n```\n"
    for code, completion in (
        ("prompt+completion", " right() } fn"),
        ("extracted", " right() } fn"),
        ("fenced", fenced),
    ):
        reward = RewardFunction("pass", suite=suite, code=code, task="which")  # type: ignore[arg-type]
        assert reward(chat, [completion], which=["factorial"]) == [1.0]
        assert reward(chat, [" // nothing"], which=["factorial"]) == [0.0]

    assert [judge.asked for judge in judges] == [
        [(factorial, factorial.text + " right() } fn")],
        [(factorial, factorial.text + " right() }")],
        [(factorial, "fn right() {}\n")],
    ]
    assert judges[0].announced == list(suite.prompts)


def test_tests_may_come_from_a_column(judges: list[ScriptedJudge]) -> None:
    """With the prompt as what they call, or a column that declares it; and a prelude."""
    tests = ["#[test] fn t() { assert!(right()); }"]
    reward = RewardFunction("tests", prelude="given")
    reward(["fn right() -> bool {"], [" true }"], tests=tests, given=["struct P;"])
    reward = RewardFunction("tests", code="fenced")
    reward([[]], ["```\nfn right() -> bool { true }\n```"], tests=tests, entry=["fn right() -> bool"])

    (first, text), (second, program) = judges[0].asked + judges[1].asked
    assert (first.text, first.prelude, first.tests) == ("fn right() -> bool {", "struct P;", tests[0])
    assert text == "fn right() -> bool { true }"
    assert (second.text, second.tests) == ("fn right() -> bool;", tests[0])
    assert program == "fn right() -> bool { true }\n"


def test_a_machine_that_cannot_run_tests_is_no_reward(
    judges: list[ScriptedJudge], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said once, and not as None for each sample."""
    monkeypatch.setattr(function, "find_testing_fault", lambda *_, **__: "there is no linker")
    with (
        pytest.raises(NotReadyError, match="hidden tests cannot be run: there is no linker"),
        RewardFunction("pass", suite="seed"),
    ):
        pass
    assert judges[0].asked == []


@pytest.mark.usefixtures("judges")
def test_a_reward_of_tests_can_be_pickled() -> None:
    """With its suite."""
    reward = pickle.loads(pickle.dumps(RewardFunction("tests", suite="seed")))

    assert reward(["x"], [" half }"], task_id=["factorial"]) == [0.5]
    assert reward.__name__ == "tests_reward"


def test_trainers_find_a_name() -> None:
    """They log by it."""
    assert RewardFunction().__name__ == "compile_reward"
    assert RewardFunction("stage").__name__ == "stage_reward"
    assert RewardFunction("stage", name="rust").__name__ == "rust"
    assert RewardFunction("stage", name="rust").asynchronous().__name__ == "rust"


def test_the_asynchronous_function_is_known_as_one(compiler: Scripted) -> None:
    """By the question that TRL asks; and what it returns is the same."""
    with RewardFunction(compiler=compiler, jobs=1) as reward:
        function = reward.asynchronous()
        assert inspect.iscoroutinefunction(function)
        assert not inspect.iscoroutinefunction(reward)
        assert asyncio.run(function(prompts=["", ""], completions=[ITEM, ""], step=1)) == [1.0, 0.0]


def test_it_can_be_closed_and_used_again(compiler: Scripted) -> None:
    """Twice, too, and without ever having been used."""
    reward = RewardFunction(compiler=compiler, jobs=1)
    reward.close()
    assert reward([""], [ITEM]) == [1.0]
    reward.close()
    reward.close()
    assert reward([""], [ITEM + ITEM]) == [1.0]
    reward.close()


def test_it_can_be_pickled_before_and_after_use() -> None:
    """What judges stays behind."""
    with RewardFunction("stage", name="rust", compiler=Scripted(), jobs=1) as reward:
        reward([""], [ITEM])
        copy = pickle.loads(pickle.dumps(reward))

    with copy:
        assert copy.__name__ == "rust"
        assert copy([""], ["fn types() {}"]) == [STAGE_REWARDS[Stage.TYPECHECK]]


def test_it_is_exported_by_the_package() -> None:
    """Under the name of the documentation."""
    assert ferrobench.RewardFunction is RewardFunction
