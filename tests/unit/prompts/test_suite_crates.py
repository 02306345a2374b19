"""The crates that a suite promises: what is read, what is fingerprinted, what is said of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import SuiteError
from ferrobench.prompts import Suite, load_suite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferrobench.prompts import SuiteCrates

MANIFEST = 'name = "small"\nversion = "1.0.0"\n\n[dependencies]\n'
PROMPT = "//! category: a\n//! judge: compile\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n"
TINY = '[package]\nname = "tiny-shapes"\nversion = "0.1.0"\n'
TINY_FILES = {"tiny/Cargo.toml": TINY, "tiny/src/lib.rs": "pub fn one() {}\n"}
PATH = 'tiny-shapes = { path = "tiny" }\n'


def load(folder: Path, dependencies: str, files: Mapping[str, str] | None = None) -> Suite:
    """A suite with one arbitrary prompt that promises *dependencies*."""
    for name, text in {
        "suite.toml": MANIFEST + dependencies,
        "01_a.rs": PROMPT,
        **(TINY_FILES if files is None else files),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return load_suite(folder)


def crates(folder: Path, dependencies: str, files: Mapping[str, str] | None = None) -> SuiteCrates:
    found = load(folder, dependencies, files).crates
    assert found is not None
    return found


def test_most_suites_promise_nothing(tmp_path: Path) -> None:
    """Without the table, and with an empty one, there are no crates, and the hash is that of the prompts alone."""
    without = load(tmp_path / "a", "")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "01_a.rs").write_text(PROMPT)
    (tmp_path / "b" / "suite.toml").write_text(MANIFEST.partition("[")[0])

    assert without.crates is None
    assert without.content_hash == load_suite(tmp_path / "b").content_hash


def test_a_string_is_a_version(tmp_path: Path) -> None:
    """As for Cargo; the name that Rust code uses has underscores."""
    (dependency,) = crates(tmp_path, 'rand-core = "0.8"\n').dependencies

    assert (dependency.name, dependency.crate, dependency.version) == ("rand-core", "rand_core", "0.8")
    assert (dependency.path, dependency.package, dependency.features) == (None, None, ())
    assert dependency.default_features


def test_a_table_says_more(tmp_path: Path) -> None:
    """Every field that is allowed, in Cargo's own spelling."""
    (dependency,) = crates(
        tmp_path,
        '[dependencies.shapes]\npath = "tiny"\nversion = "0.1"\npackage = "tiny-shapes"\n'
        'features = ["b", "a"]\ndefault-features = false\n',
    ).dependencies

    assert dependency.path == tmp_path / "tiny"
    assert (dependency.version, dependency.package) == ("0.1", "tiny-shapes")
    assert dependency.features == ("b", "a")
    assert not dependency.default_features


def test_a_path_crate_tells_the_name_of_its_library(tmp_path: Path) -> None:
    """``[lib] name`` is what Rust code uses, unless the suite renames the package."""
    files = TINY_FILES | {"tiny/Cargo.toml": TINY + '[lib]\nname = "forms"\n'}
    renamed = 'other-name = { path = "tiny", package = "tiny-shapes" }\n'

    assert [d.crate for d in crates(tmp_path, PATH, files).dependencies] == ["forms"]
    assert [d.crate for d in crates(tmp_path, renamed, files).dependencies] == ["other_name"]


def test_lock_and_vendor_folder_are_found(tmp_path: Path) -> None:
    """Beside ``suite.toml``."""
    bare = crates(tmp_path / "bare", PATH)
    full = crates(
        tmp_path / "full", PATH, TINY_FILES | {"Cargo.lock": "", "vendor/x/.cargo-checksum.json": "{}"}
    )

    assert (bare.lock, bare.vendor) == (None, None)
    assert (full.lock, full.vendor) == (tmp_path / "full" / "Cargo.lock", tmp_path / "full" / "vendor")


DEEP_FILES = TINY_FILES | {
    "tiny/Cargo.toml": TINY + '[target."cfg(unix)".dependencies]\ndeep = { path = "../deep" }\n',
    "deep/Cargo.toml": '[package]\nname = "deep"\nversion.workspace = true\n',
    "deep/src/lib.rs": "pub fn two() {}\n",
    "Cargo.toml": '[workspace.package]\nversion = "1.0.0"\n',
    "Cargo.lock": "version = 4\n",
    "vendor/x/.cargo-checksum.json": '{"files":{}}',
}


@pytest.mark.parametrize(
    "name",
    ["tiny/src/lib.rs", "deep/src/lib.rs", "Cargo.toml", "Cargo.lock", "vendor/x/.cargo-checksum.json"],
)
def test_the_hash_moves_with_what_is_built(tmp_path: Path, name: str) -> None:
    """The crates' files, those that they depend on, their workspace, the lock and the vendored checksums are in it."""
    before = load(tmp_path / "a", PATH, DEEP_FILES)
    after = load(tmp_path / "b", PATH, DEEP_FILES | {name: DEEP_FILES[name] + "\n"})

    assert before.content_hash != after.content_hash


@pytest.mark.parametrize(
    "dependencies",
    [
        'tiny-shapes = { path = "tiny", version = "0.1" }\n',
        'tiny-shapes = { path = "tiny", features = ["x"] }\n',
        'tiny-shapes = { path = "tiny", default-features = false }\n',
        'shapes = { path = "tiny", package = "tiny-shapes" }\n',
        PATH + 'rand = "0.8"\n',
        "",
    ],
)
def test_the_hash_moves_with_what_is_promised(tmp_path: Path, dependencies: str) -> None:
    """Names, versions and features are in it."""
    assert load(tmp_path / "a", PATH).content_hash != load(tmp_path / "b", dependencies).content_hash


def test_the_hash_stays_where_the_suite_moves(tmp_path: Path) -> None:
    """Neither the place of the suite, nor what Cargo and git leave in a crate, nor another way to the same folder."""
    left = TINY_FILES | {"tiny/target/debug/x": "", "tiny/.git/HEAD": "", "other/Cargo.toml": TINY}
    same = 'tiny-shapes = { path = "./other/../tiny/" }\n'

    assert load(tmp_path / "a", PATH).content_hash == load(tmp_path / "b", same, left).content_hash


@pytest.mark.parametrize(
    ("dependencies", "parts"),
    [
        ("rand = 3\n", ("'dependencies.rand'", 'a version such as "1.0", or a table')),
        ("rand = { version = 1 }\n", ("'dependencies.rand.version'", "valid string")),
        ("rand = {}\n", ("'dependencies.rand'", "expected a version or a path")),
        ('rand = ""\n', ("'dependencies.rand.version'", "at least 1 character")),
        (
            'rand = { git = "https://x" }\n',
            ("'dependencies.rand.git'", "expected only version, path, package, features, default-features"),
        ),
        ('"a b" = "1"\n', ("a b", "pattern")),
        ('a = { path = "../elsewhere" }\n', ("'dependencies.a.path'", "outside of the suite's folder")),
        ('a = { path = "/" }\n', ("'dependencies.a.path'", "outside of the suite's folder")),
        ('a = { path = "nowhere" }\n', ("'dependencies.a.path'", "no ", "nowhere/Cargo.toml")),
    ],
)
def test_mistakes_are_named(tmp_path: Path, dependencies: str, parts: tuple[str, ...]) -> None:
    """File, field, and what was expected of it, in one line."""
    with pytest.raises(SuiteError) as raised:
        load(tmp_path, dependencies)

    message = str(raised.value)
    assert message.startswith(f"{tmp_path / 'suite.toml'}: ")
    assert "\n" not in message
    assert all(part in message for part in parts), message


@pytest.mark.parametrize(
    ("manifest", "part"),
    [
        ("[package\n", "cannot be read as a Cargo.toml"),
        (TINY + '[dependencies]\nx = { path = "../.." }\n', "outside of the suite's folder"),
        (TINY + '[build-dependencies]\nx = { path = "../x" }\n', "x/Cargo.toml"),
    ],
)
def test_mistakes_in_a_path_crate_are_named(tmp_path: Path, manifest: str, part: str) -> None:
    """With the ``Cargo.toml`` they stand in."""
    with pytest.raises(SuiteError) as raised:
        load(tmp_path, PATH, TINY_FILES | {"tiny/Cargo.toml": manifest})

    assert str(raised.value).startswith(f"{tmp_path / 'tiny' / 'Cargo.toml'}: ")
    assert part in str(raised.value)


def test_what_is_only_tested_need_not_be_there(tmp_path: Path) -> None:
    """Cargo builds no dev-dependencies of a dependency."""
    files = TINY_FILES | {"tiny/Cargo.toml": TINY + '[dev-dependencies]\nx = { path = "../../x" }\n'}

    assert crates(tmp_path, PATH, files).fingerprint.startswith("sha256:")


def test_a_linked_folder_would_hide_what_is_in_it(tmp_path: Path) -> None:
    """So it is refused rather than left out of the hash."""
    load(tmp_path, PATH)
    (tmp_path / "tiny" / "more").symlink_to(tmp_path)

    with pytest.raises(SuiteError, match="tiny/more: a link to a folder"):
        load_suite(tmp_path)
