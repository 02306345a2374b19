"""What is seen in a single text."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.collapse.ailments import Ailment
from ferrobench.metrics.collapse.characters import is_broken, is_garbled, lacks_newlines
from ferrobench.metrics.collapse.examine import PromptChart
from ferrobench.metrics.collapse.excerpt import MAX_CHARACTERS, excerpt
from ferrobench.metrics.collapse.language import foreign_language
from ferrobench.metrics.collapse.loops import distinct_grams, find_loop, repetition
from ferrobench.metrics.collapse.wording import Wording, wording
from ferrobench.metrics.collapse.words import mask_numbers, read_words

PROMPT = "/// The sum of two numbers, of which none is negative.\nfn add(a: u32, b: u32) -> u32 {"


def loop_of(text: str) -> tuple[int, int, str] | None:
    """The period, the rounds and the excerpt of a text's loop."""
    words = read_words(text)
    loop = find_loop(text, words, repetition(words, distinct_grams(words)))
    return None if loop is None else (loop.period, loop.rounds, excerpt(text, loop))


def ailments(text: str, prompt: str = PROMPT, finished: bool | None = None) -> set[str]:
    """The names of what is wrong with an answer."""
    return {one.value for one in PromptChart(prompt).examine(text, finished).ailments}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" {" * 197, (1, 197, "{ { { { … (197 times)")),
        ("\n    let x = " + "a + " * 20, (2, 20, "⏎ let x = a + a + a + a + … (20 times)")),
        ("x" * 480, (1, 20, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx … (20 times)")),
        (
            "\n    go();\n" + "    out.push(1);\n" * 9,
            (7, 9, "⏎ go(); ⏎ out.push(1); ⏎ out.push(1); ⏎ out.push(1); ⏎ … (9 times)"),
        ),
    ],
)
def test_a_loop_is_shown_by_its_rounds(text: str, expected: tuple[int, int, str]) -> None:
    """The period is in words, and how often it comes stands behind it."""
    assert loop_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "\n    }\n}\n}\n}\n}\n}\n}\n",
        "\n    n * add(n - 1)\n}\n",
        "\n    // " + "-" * 76 + "\n    a + b\n    // " + "=" * 76 + "\n}\n",
        "\n    const TABLE: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];\n    TABLE[a as usize]\n}\n",
        "\n    assert_eq!(add(1, 2), 3);\n    assert_eq!(add(2, 2), 4);\n    assert_eq!(add(3, 2), 5);\n}\n",
        "\n    x += 1;\n    x += 1;\n    x += 1;\n    let y = x * 2;\n    let z = y - a + b;\n    z\n}\n",
    ],
)
def test_what_repeats_within_reason_is_no_loop(text: str) -> None:
    """Closing braces, separators, small tables and a few tests are ordinary code."""
    assert loop_of(text) is None


def test_a_loop_that_another_word_breaks_now_and_then_is_still_one() -> None:
    """A model that draws at a temperature leaves its loop and falls into it again."""
    round_ = "    total += value;\n"
    found = loop_of(round_ * 6 + "    count += 1;\n" + round_ * 7 + "    x();\n" + round_ * 5)

    assert found is not None
    assert found[:2] == (4, 18)


def test_repetition_is_the_share_of_grams_that_came_before() -> None:
    """Of 7 grams of `a b c d a b c d a b`, 4 are different."""
    words = [*"abcdabcdab"]

    assert repetition(words, distinct_grams(words)) == pytest.approx(1 - 4 / 7)


def test_masking_makes_numbers_the_same() -> None:
    """Those in names too."""
    assert mask_numbers(["x12", "=", "x3", "+", "40"]) == ["x0", "=", "x0", "+", "0"]


@pytest.mark.parametrize(
    "text",
    [
        PROMPT,
        "\n" + PROMPT,
        f"```rust\n{PROMPT}\n```",
        (PROMPT + "\n") * 3,
        "fn add(a: u32, b: u32) -> u32 {\n}",
        "fn add(a: u32, b: u32) -> u32 {\n" * 4 + "fn add(a: u32,",
    ],
)
def test_the_prompt_alone_is_an_echo(text: str) -> None:
    """Whole, in part, in a fence, or again and again."""
    assert ailments(text) == {"prompt_echo"}


@pytest.mark.parametrize(
    "text",
    [
        f"```rust\n{PROMPT}\n    a + b\n}}\n```",
        f"{PROMPT}\n    a + b\n}}\n",
        "\n    a + b\n}\n\n" + PROMPT + "\n    b + a\n}\n",
    ],
)
def test_the_prompt_with_an_answer_is_no_echo(text: str) -> None:
    """Chat models begin the item anew, and base models write it twice."""
    assert ailments(text) == set()


@pytest.mark.parametrize(
    "text", ["", " \n\t\n", "}\n", ")\n}\n}\n", "// nothing\n", "/* nothing\n here", "//"]
)
def test_an_answer_without_code_is_empty(text: str) -> None:
    """Closing brackets and comments are not what was asked for."""
    assert ailments(text) == {"empty"}


def test_after_a_complete_prompt_nothing_is_no_ailment() -> None:
    """`struct Point` is whole; a model may well have nothing to add."""
    assert ailments("\n", "struct Point { x: f64, y: f64 }") == set()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("    if a is None:\n        return b\n    return a + b\n", "Python"),
        ("def add(a, b):\n    return a + b\n\nprint(add(1, 2))\n", "Python"),
        ("```python\nadd = lambda a, b: a + b\n```", "Python"),
        (
            "\n  const sum = a + b;\n  if (sum === 0) {\n    return null;\n  }\n  return sum;\n}\n",
            "JavaScript",
        ),
        ("#include <stdio.h>\n\nint main(void) {\n    return 0;\n}\n", "C"),
        ("\n    std::vector<int> v;\n    for (int i = 0; i < a; i++) v.push_back(i);\n}\n", "C"),
        ("public static int add(int a, int b) {\n    System.out.println(a);\n    return a + b;\n}\n", "Java"),
        ("\n\tsum := a + b\n\tif err != nil {\n\t\treturn 0\n\t}\n\treturn sum\n}\n", "Go"),
        ("<div>\n  <p>one</p>\n</div>\n", "HTML"),
        ('{\n  "sum": 3,\n  "of": [1, 2]\n}\n', "JSON"),
    ],
)
def test_other_languages_are_known(text: str, language: str) -> None:
    """By lines and words that Rust has not, or by what a fence says."""
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "\n    a + b\n}\n",
        "\n    match (a, b) {\n        (0, _) => b,\n        (_, 0) => a,\n        _ => a + b,\n    }\n}\n",
        "\n    // print(a)\n    if a == 0 { return b; }\n    let c = a;\n    c + b\n}\n",
        "```rust\nfn add() {}\n```\nIn Python:\n```python\nx\n```\n",
        '\n    let s = r#"\nimport os\nprint(1)\n"#;\n    let mut n = 0;\n    for c in s.chars() { n += 1; }\n    Some(n)\n}\n',
        "\n    struct int;\n    const X: u8 = 1;\n    type Sum = u32;\n    0\n}\n",
    ],
)
def test_rust_is_no_other_language(text: str) -> None:
    """Not by its own words, nor by some of another language in a string or beside it."""
    assert foreign_language(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm sorry, but I can't help with that. Please ask me something else about this.", Wording.PROSE),
        ("这个函数返回两个数字的总和。你可以用它来计算任何两个数字的总和，没有问题。", Wording.PROSE),
        ("Эта функция возвращает сумму двух чисел, которые были переданы как параметры.", Wording.PROSE),
        (
            "Die Funktion gibt eine Summe von zwei Zahlen zurück, und das ist nicht schwer zu sehen.",
            Wording.PROSE,
        ),
        (
            "apple string lorder vector numbers cat index table rowing spirit candle motor field stone river glass paper",
            Wording.SALAD,
        ),
        ("\n    // this adds the one to the other and returns what it is\n    a + b\n}\n", None),
        ("\n    a.iter().filter(|x| x > 0).sum()\n}\n", None),
        (
            "The sum is this:\n\n```rust\nfn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n```\nIt is the sum of the two.",
            None,
        ),
    ],
)
def test_words_that_are_no_code_are_known(text: str, expected: Wording | None) -> None:
    """Prose, in several languages, and words without sense; comments and explained code are neither."""
    assert wording(text) == expected


def test_prose_after_a_finished_item_is_no_ailment() -> None:
    """The answer is there, whatever is said about it."""
    talk = "\n}\n\nThis is what you have asked me for. I hope that it is of use to you, and that you like it."

    assert ailments(" a" + talk, finished=True) == set()
    assert ailments(" a" + talk) == set()


@pytest.mark.parametrize(
    "text", ["a\ufffdb", "a\udcffb", "caf\xc3\xa9", "don\xe2\u20ac\u2122t", "ĠletĠxĊ", "a<0x0A>b<0x0A><0x0A>"]
)
def test_broken_characters_are_known(text: str) -> None:
    """Whoever broke them."""
    assert is_broken(text)


@pytest.mark.parametrize("text", ["a é ü 漢字 🎉", "a\ufffd", "a\ufffd\ufffd", "\xc3", "x < 0x0A", "Ärger"])
def test_other_characters_are_not_broken(text: str) -> None:
    """A token limit may cut the last character; letters beyond ASCII are letters."""
    assert not is_broken(text)


def test_letters_at_random_are_garbled_and_constants_are_not() -> None:
    """Letters that follow each other in words do not in noise."""
    rng = random.Random(3)

    assert is_garbled("".join(rng.choice(string.ascii_letters + " ") for _ in range(200)))
    assert not is_garbled(
        "\n    let mask = 0xdeadbeef ^ 0xcafebabe;\n    self.registers.extend_from_slice(&mask);\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" let a = 1; let b = 2; let c = 3; if a { b; } else { c; } }", True),
        ("\\n let a = 1;\\n let b = 2;\\n let c = 3;\\n { a; b; c; } }", True),
        (" a + b }", False),
        (" let mut s = 0; for x in v { s += x; } s }", False),
        ("\n    let a = 1;\n    let b = 2;\n    let c = 3;\n    if a { b; } else { c; }\n}", False),
    ],
)
def test_lost_line_ends_are_known(text: str, expected: bool) -> None:
    """Short functions may stand on one line."""
    assert lacks_newlines(text) is expected


def test_an_excerpt_is_one_printable_line() -> None:
    """Surrogates and control characters are shown by their escapes, and long texts cut."""
    shown = excerpt("a\n\tb\udcff\x00" + "c" * 200)

    assert shown.startswith("a ⏎ b\\udcff\\x00ccc")
    assert shown.endswith("…")
    assert len(shown) == MAX_CHARACTERS
    assert shown.isprintable()


HOSTILE = {
    "one character": "x" * 200_000,
    "braces": "{" * 200_000,
    "separators": "=" * 200_000,
    "slashes": "/" * 200_000,
    "comment lines": "// and so on, until all of it is filled\n" * 5_000,
    "stars": "*/" * 100_000,
    "comments that open": "/*" * 100_000,
    "quotes": '"' * 200_000,
    "backslashes": '"' + "\\" * 200_000,
    "white space": " \n" * 100_000,
    "blank lines": "\n" * 200_000,
    "fences": "```\n" * 50_000,
    "one line of names": "int a " * 35_000,
    "names without end": "a" + "[b]" * 60_000,
    "broken characters": "\ufffd" * 200_000,
    "random": "".join(random.Random(1).choices(string.printable, k=200_000)),
    "random characters": "".join(map(chr, random.Random(1).choices(range(0x3000), k=60_000))),
}


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_long_texts_of_anything_are_examined(name: str) -> None:
    """In time that grows with the text and not with its square."""
    chart = PromptChart("fn f() {")

    assert chart.examine(HOSTILE[name], None).ailments or name == "names without end"


@given(st.text(alphabet=st.characters(), max_size=200), st.text(max_size=40))
def test_no_text_is_too_strange(text: str, prompt: str) -> None:
    """Whatever it holds, it is examined, and what is shown of it can be printed."""
    signs = PromptChart(prompt).examine(text, None)

    assert signs.ailments <= set(Ailment)
    assert signs.repetition is None or 0 <= signs.repetition <= 1
    assert excerpt(text, signs.loop).isprintable()


@given(st.text(alphabet="ab {}\n1", max_size=60), st.integers(1, 40))
def test_whatever_is_repeated_often_is_a_loop(unit: str, times: int) -> None:
    """40 rounds of anything with words in it; what is found is named with the rounds that are there."""
    text = unit * (times + 40)
    if len(read_words(unit)) < 2 or not any(map(str.isalnum, unit)):
        return

    assert loop_of(text) is not None
