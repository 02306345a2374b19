"""Answers in another programming language than Rust.

Languages are told by what they have and Rust has not: whole lines by their beginning, and some words wherever they stand.
Against them counts what of the usual languages only Rust has. Comments and strings count like the rest; a line or two of
another language in Rust's documentation is outweighed by the Rust around it.
"""

from __future__ import annotations

import re
from collections import Counter

_LINES = {
    "Python": (
        r"(?:async )?def \w+\(.*:$|class \w+(?:\([\w., ]*\))?:$|from [\w.]+ import \w|import [\w.]+(?: as \w+)?$"
        r"|(?:if|elif|while|with) [^{}\n]*:$|for [\w, ()]+ in [^{}\n]*:$|(?:else|try|finally):$|except\b.*:$"
        r"|print\(.*\)$|return (?:not .*|None|True|False|self\.\w+)$"
    ),
    "JavaScript": (
        r"(?:export |default |async )*function\b.*[({]$|(?:export )?(?:const|var) \w+ = |(?:const|let|var) [{\[]\w.*[}\]] = "
        r"|import .* from ['\"]|(?:if|for|while) \((?:let|const|var|typeof) "
    ),
    "C": (
        r"# ?(?:include|define|ifdef|ifndef|endif|if defined)\b|(?:static |const |extern |inline |unsigned |struct )*"
        r"(?:int|void|char|float|double|long|short|bool|size_t|u?int\d+_t|auto)\b[ *&]+\w+(?:\[\w*\])* ?[=;(,\[]"
        r"|for \((?:int|auto|size_t|unsigned) |using namespace |typedef |template ?<|return \w+->\w+;"
    ),
    "Java": (
        r"(?:public|private|protected) (?:static |final |abstract |class |void |interface |\w+ \w+\()"
        r"|import [\w.]+(?:\.\*)?;$|@Override\b|package [\w.]+;$"
    ),
    "Go": r"func (?:\(\w+ \*?\w+\) )?\w+\(|package \w+$|import \($|if err != nil \{$|type \w+ struct \{$",
    "PHP": r"<\?php|\$\w+(?:\[.*\])? [.+]?= |foreach \(",
    "Ruby": r"end$|def \w+(?:\([\w, ]*\))?$|puts |require ['\"]|elsif ",
    "shell": r"#!/(?:usr/)?bin/|fi$|done$|echo [\"'$]|if \[\[? |esac$",
    "SQL": r"(?:SELECT|INSERT INTO|CREATE TABLE|UPDATE \w+ SET|DELETE FROM|DROP TABLE)\b",
    "HTML": r"</?(?:html|head|body|div|span|p|a|ul|li|table|tr|td|script|style|h\d|img|br|!DOCTYPE)\b[^>\n]*>",
    "JSON": r"\"[\w ]+\": (?:[\[{]$|[\"\d\[{tfn].*,?$)",
}
_LINE = re.compile(
    r"^[ \t]*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _LINES.items()) + ")",
    re.MULTILINE,
)
_WORDS = {
    "Python": ("elif ", " is None", " is not None", "__init__", " in range("),
    "JavaScript": ("===", "!==", "console.log", ".length;", ".length)", "(function", "document."),
    "C": ("printf(", "std::cout", "std::vector<", "cout <<", "int main(", "nullptr", "push_back(", "sizeof("),
    "Java": ("System.out", "public static", "new ArrayList", "@Override"),
    "Go": (" := ", "fmt.Print", "nil {"),
    "PHP": ("$this->",),
}
# What no other usual language has, the most frequent first.
_RUST = (
    *(
        "let mut ",
        "fn ",
        "&self",
        "&mut ",
        "Some(",
        "Self",
        "usize",
        "::new(",
        "Ok(",
        "Err(",
        "if let ",
        "impl ",
        "&str",
        "pub ",
    ),
    *(
        "(|",
        ".iter()",
        ".unwrap()",
        ".collect(",
        ".to_string()",
        ".into()",
        "println!",
        "vec![",
        "format!",
        "#[",
        "::<",
        "Vec<",
    ),
    *("?;", "..=", "unsafe {", "crate::", "Option<"),
)
# A fence says it outright.
_FENCE = re.compile(r"^[ \t]*```[ \t]*(\w[\w+#]*)", re.MULTILINE)
_FENCE_NAMES = {
    **dict.fromkeys(("python", "py", "python3"), "Python"),
    **dict.fromkeys(("javascript", "js", "typescript", "ts", "jsx"), "JavaScript"),
    **dict.fromkeys(("c", "cpp", "c++"), "C"),
    **dict.fromkeys(("java", "csharp", "c#", "kotlin"), "Java"),
    **dict.fromkeys(("bash", "sh", "shell"), "shell"),
    "go": "Go",
    "php": "PHP",
    "ruby": "Ruby",
    "sql": "SQL",
    "html": "HTML",
    "json": "JSON",
}
_FENCE_WEIGHT = 3
_FEWEST_MARKS = 2
_ENOUGH_RUST = 3
_HEAD = 4000


def is_plainly_rust(text: str) -> bool:
    """Whether *text* is Rust at first sight: it has three different things that only Rust has, and no fence."""
    # Megabytes of anything hold some of it.
    head = text[:_HEAD]
    found = 0
    for mark in _RUST:
        found += mark in head
        if found == _ENOUGH_RUST:
            return "```" not in text
    return False


def foreign_language(text: str) -> str | None:
    """The programming language that *text* is written in, where that is a known one and not Rust. ``C`` is C++ too."""
    marks: Counter[str] = Counter(match.lastgroup or "" for match in _LINE.finditer(text))
    for language, words in _WORDS.items():
        marks[language] += sum(map(text.count, words))
    rust = 0
    for label in _FENCE.findall(text):
        fenced = _FENCE_NAMES.get(label.lower())
        if fenced is not None:
            marks[fenced] += _FENCE_WEIGHT
        elif label.lower() in ("rust", "rs"):
            rust += _FENCE_WEIGHT
    language, count = max(marks.items(), key=lambda item: item[1])
    if count < _FEWEST_MARKS:
        return None
    rust += sum(map(text.count, _RUST))
    return language if count > rust else None
