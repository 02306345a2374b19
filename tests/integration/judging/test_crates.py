"""Crates built by the real Cargo and used by the real rustc, without a network."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import NotReadyError, ToolchainError, UsageError
from ferrobench.judging import Judge, Rejected, Toolchain, probe_toolchain
from ferrobench.judging.cargo import absent_crates, build_crates
from ferrobench.judging.crate_cache import INDEX, LIBRARIES, load_externs
from ferrobench.judging.crates import (
    Crates,
    Extern,
    MissingCrate,
    join_crates,
    missing_crate_cause,
    parse_extern,
)
from ferrobench.prompts import load_suite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.prompts import SuiteCrates

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)
if not (TOOLCHAIN.sysroot / "bin" / "cargo").is_file():
    pytest.skip("the toolchain has no cargo", allow_module_level=True)

pytestmark = pytest.mark.rustc

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crates"
SHAPES = 'tiny-shapes = { path = "crates/tiny-shapes" }\n'
SHAPES_AND_DERIVE = 'tiny-shapes = { path = "crates/tiny-shapes", features = ["derive"] }\n'
USES_SHAPES = "use tiny_shapes::Square;\npub fn f() -> u32 { Square { side: 2 }.area() }\n"


def suite_crates(folder: Path, dependencies: str) -> SuiteCrates:
    """The promise of a suite with one arbitrary prompt; the small crates are copied to its folder ``crates``."""
    shutil.copytree(FIXTURES, folder / "crates", dirs_exist_ok=True)
    return suite_crates_as_they_are(folder, dependencies)


def suite_crates_as_they_are(folder: Path, dependencies: str) -> SuiteCrates:
    """The same of what lies in ``crates`` already."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "suite.toml").write_text(f'name = "s"\nversion = "1"\n[dependencies]\n{dependencies}')
    (folder / "01_a.rs").write_text(
        "//! category: a\n//! judge: compile\n// >>> prompt\nfn f() {\n// <<< prompt\n}\n"
    )
    crates = load_suite(folder).crates
    assert crates is not None
    return crates


def compile_with(
    crates: Crates, source: str, folder: Path, edition: str = "2021"
) -> subprocess.CompletedProcess[str]:
    """What a plain rustc says of *source*, started as the judge starts it."""
    folder.mkdir(exist_ok=True)
    (folder / "sample.rs").write_text(source)
    return subprocess.run(
        [TOOLCHAIN.rustc, "--crate-type", "lib", "--edition", edition, *crates.arguments(), "sample.rs"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def logged(tmp_path: Path) -> tuple[Toolchain, Path]:
    """The toolchain with a Cargo that writes down each time it is started, and where it does."""
    log = tmp_path / "cargo.log"
    programs = tmp_path / "toolchain" / "bin"
    programs.mkdir(parents=True)
    log.touch()
    (programs / "rustc").symlink_to(TOOLCHAIN.rustc)
    (programs / "cargo").write_text(
        f'#!/bin/sh\necho "$1" >> {log}\nexec {TOOLCHAIN.sysroot}/bin/cargo "$@"\n'
    )
    (programs / "cargo").chmod(0o700)
    return replace(TOOLCHAIN, rustc=programs / "rustc"), log


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Crates:
    folder = tmp_path_factory.mktemp("built")
    return build_crates(TOOLCHAIN, suite_crates(folder / "suite", SHAPES_AND_DERIVE), folder / "cache")


class TestBuilding:
    def test_a_program_compiles_against_what_was_built(self, built: Crates, tmp_path: Path) -> None:
        """Types, functions, macros, and a derive macro that runs inside of rustc."""
        source = (
            "use tiny_shapes::{unit, Named};\n"
            "#[derive(Named)]\npub struct Mine;\n"
            "pub fn f() -> u32 { unit().area() + tiny_shapes::square!(3).area() + Mine::NAME.len() as u32 }\n"
        )

        assert built.record() == {"tiny_shapes": "0.3.1"}
        assert compile_with(built, source, tmp_path).returncode == 0
        assert compile_with(Crates(), source, tmp_path).returncode == 1

    def test_a_program_that_misuses_a_crate_is_refused(self, built: Crates, tmp_path: Path) -> None:
        """With rustc's ordinary errors."""
        done = compile_with(built, "pub fn f() -> String { tiny_shapes::unit() }", tmp_path)

        assert done.returncode == 1
        assert "E0308" in done.stderr

    def test_messages_name_no_path_of_the_user(self, built: Crates, tmp_path: Path) -> None:
        """A note that points into a crate has the same words on every machine."""
        done = compile_with(built, "pub fn f() { tiny_shapes::Square { side: 1 }.are(); }", tmp_path)
        other = compile_with(built, "pub fn f() { tiny_shapes::Square { edge: 1 }.area(1); }", tmp_path)

        assert "/suite/crates/tiny-shapes/src/lib.rs" in done.stderr + other.stderr
        assert str(built.folders[0].parents[2]) not in done.stderr + other.stderr

    def test_only_what_is_promised_can_be_used(self, built: Crates, tmp_path: Path) -> None:
        """What a crate depends on lies beside it, and is no crate of the sample's."""
        done = compile_with(built, "extern crate tiny_derive;", tmp_path)

        assert "E0463" in done.stderr

    def test_promised_macros_can_be_used_directly(self, tmp_path: Path) -> None:
        """And a package under another name."""
        crates = suite_crates(
            tmp_path / "suite",
            'tiny-derive = { path = "crates/tiny-derive" }\n'
            'forms = { path = "crates/tiny-shapes", package = "tiny-shapes" }\n',
        )
        source = (
            "#[derive(tiny_derive::Named)]\npub struct Mine;\n"
            "pub fn f() -> u32 { forms::unit().area() + Mine::NAME.len() as u32 }\n"
        )

        found = build_crates(TOOLCHAIN, crates, tmp_path / "cache")

        assert found.record() == {"forms": "0.3.1", "tiny_derive": "0.1.0"}
        assert compile_with(found, source, tmp_path).returncode == 0

    def test_what_a_macro_is_built_from_is_not_mistaken_for_the_samples(self, tmp_path: Path) -> None:
        """A crate that a macro and a sample both need is built twice, and only one of the two fits the sample's."""
        suite = tmp_path / "suite"
        leaf = 'leaf = { path = "../leaf" }\n'
        suite_crates(suite, SHAPES)
        for name, source in (
            ("leaf", "pub struct Leaf;"),
            ("tree", "pub fn leaf() -> leaf::Leaf { leaf::Leaf }"),
        ):
            (suite / "crates" / name / "src").mkdir(parents=True)
            (suite / "crates" / name / "src" / "lib.rs").write_text(source)
            (suite / "crates" / name / "Cargo.toml").write_text(
                f'[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\n'
                + (leaf if name == "tree" else "")
            )
        with (suite / "crates" / "tiny-derive" / "Cargo.toml").open("a") as manifest:
            manifest.write(f"[dependencies]\n{leaf}")
        crates = suite_crates_as_they_are(
            suite,
            'leaf = { path = "crates/leaf" }\ntree = { path = "crates/tree" }\n'
            'tiny-derive = { path = "crates/tiny-derive" }\n',
        )

        found = build_crates(TOOLCHAIN, crates, tmp_path / "cache")

        source = "#[derive(tiny_derive::Named)] pub struct S;\npub fn f() -> leaf::Leaf { tree::leaf() }\n"
        assert compile_with(found, source, tmp_path / "work").returncode == 0
        assert sorted(path.suffix for path in found.folders[0].iterdir()) == [".rlib", ".rlib", ".so"]

    def test_a_moved_folder_of_libraries_serves(self, built: Crates, tmp_path: Path) -> None:
        """As a sandbox shows it: elsewhere, and nothing else of the cache."""
        for folder, place in built.places(str(tmp_path / "crates")):
            shutil.copytree(folder, place)
        (tmp_path / "sample.rs").write_text(USES_SHAPES)

        done = subprocess.run(
            [
                TOOLCHAIN.rustc,
                "--crate-type",
                "lib",
                "--edition=2021",
                *built.arguments("crates"),
                "sample.rs",
            ],
            cwd=tmp_path,
            check=False,
        )

        assert done.returncode == 0


class TestCache:
    def test_what_was_built_is_not_built_again(self, logged: tuple[Toolchain, Path], tmp_path: Path) -> None:
        """Cargo is not even started, wherever the suite lies."""
        toolchain, log = logged
        announced: list[str] = []

        first = build_crates(
            toolchain, suite_crates(tmp_path / "a", SHAPES), tmp_path / "cache", announced.append
        )
        started = log.read_text()
        second = build_crates(
            toolchain, suite_crates(tmp_path / "b", SHAPES), tmp_path / "cache", announced.append
        )

        assert started.split() == ["build", "metadata"]
        assert log.read_text() == started
        assert second == first
        assert announced == [f"building the crates of {tmp_path / 'a' / 'suite.toml'}: tiny-shapes"]

    def test_another_version_is_another_build(self, logged: tuple[Toolchain, Path], tmp_path: Path) -> None:
        """Of the toolchain, of the promise, or of a crate's own files."""
        toolchain, log = logged
        cache = tmp_path / "cache"
        crates = suite_crates(tmp_path / "a", SHAPES)
        changed = tmp_path / "b" / "crates" / "tiny-shapes" / "src" / "lib.rs"
        suite_crates(tmp_path / "b", SHAPES)
        changed.write_text(changed.read_text() + "pub fn more() {}\n")
        edited = load_suite(tmp_path / "b").crates
        assert edited is not None

        found = {
            build_crates(toolchain, crates, cache),
            build_crates(toolchain, suite_crates(tmp_path / "c", SHAPES_AND_DERIVE), cache),
            build_crates(toolchain, edited, cache),
            build_crates(replace(toolchain, version="1.95.0 (patched)"), crates, cache),
        }

        assert len(found) == 4
        assert log.read_text().split().count("build") == 4

    @pytest.mark.parametrize("damage", ["cut", "gone", "no index", "odd index"])
    def test_a_damaged_build_is_made_anew(
        self, logged: tuple[Toolchain, Path], tmp_path: Path, damage: str
    ) -> None:
        """Whatever has happened to its files."""
        toolchain, log = logged
        crates = suite_crates(tmp_path / "a", SHAPES)
        first = build_crates(toolchain, crates, tmp_path / "cache")
        library = first.available[0].library
        index = library.parents[1] / INDEX
        match damage:
            case "cut":
                library.write_bytes(library.read_bytes()[:-1])
            case "gone":
                library.unlink()
            case "no index":
                index.unlink()
            case _:
                index.write_text('{"crates": [[]], "digests": {}}')

        again = build_crates(toolchain, crates, tmp_path / "cache")

        assert again == first
        assert log.read_text().split().count("build") == 2
        assert compile_with(again, USES_SHAPES, tmp_path / "work").returncode == 0

    def test_one_builds_and_the_others_wait(self, logged: tuple[Toolchain, Path], tmp_path: Path) -> None:
        """However many ask at a time; nothing unfinished is left."""
        toolchain, log = logged
        crates = suite_crates(tmp_path / "a", SHAPES)

        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(lambda _: build_crates(toolchain, crates, tmp_path / "cache"), range(4)))

        assert len(found) == 1
        assert log.read_text().split().count("build") == 1
        assert {path.suffix for path in (tmp_path / "cache").iterdir()} == {"", ".lock"}

    def test_what_a_killed_build_left_is_cleared(self, tmp_path: Path) -> None:
        """It lies where the next one is made."""
        crates = suite_crates(tmp_path / "a", SHAPES)
        entry = build_crates(TOOLCHAIN, crates, tmp_path / "cache").folders[0].parent
        shutil.rmtree(entry)
        (tmp_path / "cache" / f"{entry.name}.making" / "done" / LIBRARIES).mkdir(parents=True)

        assert build_crates(TOOLCHAIN, crates, tmp_path / "cache").promised == {"tiny_shapes"}

    def test_a_cache_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        """With the system's reason."""
        (tmp_path / "cache").write_text("in the way")

        with pytest.raises(NotReadyError, match=r"suite\.toml: \[dependencies\]: .*cache cannot be used"):
            build_crates(TOOLCHAIN, suite_crates(tmp_path / "a", SHAPES), tmp_path / "cache")


def vendored(suite: Path, name: str, source: str) -> None:
    """A package as ``cargo vendor`` leaves it."""
    files = {
        "Cargo.toml": f'[package]\nname = "{name}"\nversion = "2.0.1"\nedition = "2021"\n',
        "src/lib.rs": source,
    }
    folder = suite / "vendor" / name
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    checksums = {
        "files": {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()},
        "package": "0" * 64,
    }
    (folder / ".cargo-checksum.json").write_text(json.dumps(checksums))


class TestVersions:
    def test_vendored_crates_need_no_network(self, tmp_path: Path) -> None:
        """A version from the registry is taken out of the suite's own folder."""
        vendored(tmp_path / "suite", "leaf", "pub fn seven() -> u8 { 7 }\n")
        crates = suite_crates(tmp_path / "suite", 'leaf = "2"\n')

        found = build_crates(TOOLCHAIN, crates, tmp_path / "cache")

        assert found.record() == {"leaf": "2.0.1"}
        assert compile_with(found, "pub fn f() -> u8 { leaf::seven() }", tmp_path / "work").returncode == 0

    def test_changed_vendored_files_are_noticed(self, tmp_path: Path) -> None:
        """By Cargo, which holds them against their checksums."""
        vendored(tmp_path / "suite", "leaf", "pub fn seven() -> u8 { 7 }\n")
        (tmp_path / "suite" / "vendor" / "leaf" / "src" / "lib.rs").write_text("pub fn seven() -> u8 { 8 }\n")

        with pytest.raises(NotReadyError, match="checksum"):
            build_crates(TOOLCHAIN, suite_crates(tmp_path / "suite", 'leaf = "2"\n'), tmp_path / "cache")

    def test_the_lock_file_of_a_build_fixes_the_next(self, tmp_path: Path) -> None:
        """It is kept with the build, to be laid beside ``suite.toml``; one that does not fit is refused."""
        crates = suite_crates(tmp_path / "suite", SHAPES)
        found = build_crates(TOOLCHAIN, crates, tmp_path / "cache")
        lock = found.folders[0].parent / "package" / "Cargo.lock"
        shutil.copyfile(lock, tmp_path / "suite" / "Cargo.lock")

        locked = suite_crates(tmp_path / "suite", SHAPES)
        again = build_crates(TOOLCHAIN, locked, tmp_path / "cache")
        unfit = suite_crates(tmp_path / "suite", SHAPES + 'tiny-derive = { path = "crates/tiny-derive" }\n')

        assert locked.lock is not None
        assert again.record() == found.record()
        with pytest.raises(NotReadyError, match=r"suite\.toml: .*lock file Cargo\.lock"):
            build_crates(TOOLCHAIN, unfit, tmp_path / "cache")


class TestFailures:
    @pytest.mark.parametrize(
        ("file", "content", "parts"),
        [
            (
                "tiny-shapes/src/lib.rs",
                'pub fn f() -> u8 { "a" }',
                ("could not compile `tiny-shapes`", "mismatched types", "lib.rs:1"),
            ),
            ("tiny-shapes/Cargo.toml", "[package]\nname = 3\n", ("tiny-shapes", "expected a string")),
            ("tiny-shapes/build.rs", 'fn main() { panic!("no luck"); }', ("tiny-shapes", "no luck")),
            (
                "tiny-shapes/Cargo.toml",
                '[package]\nname = "tiny-shapes"\nversion = "1.0.0"\n[lib]\ncrate-type = ["dylib"]\n',
                ("tiny-shapes has no library", "expected an rlib"),
            ),
        ],
    )
    def test_a_broken_crate_is_named(
        self, tmp_path: Path, file: str, content: str, parts: tuple[str, ...]
    ) -> None:
        """In one line, with ``suite.toml``; nothing is kept of the attempt."""
        suite_crates(tmp_path / "suite", SHAPES)
        (tmp_path / "suite" / "crates" / file).write_text(content)
        crates = load_suite(tmp_path / "suite").crates
        assert crates is not None

        with pytest.raises(NotReadyError) as raised:
            build_crates(TOOLCHAIN, crates, tmp_path / "cache")

        message = str(raised.value)
        assert message.startswith(f"{tmp_path / 'suite' / 'suite.toml'}: [dependencies]: ")
        assert "\n" not in message
        assert all(part in message for part in parts), message
        assert {path.suffix for path in (tmp_path / "cache").iterdir()} == {".lock"}

    def test_a_program_is_no_crate(self, tmp_path: Path) -> None:
        """Cargo only warns of it."""
        (tmp_path / "suite" / "crates" / "tool" / "src").mkdir(parents=True)
        (tmp_path / "suite" / "crates" / "tool" / "src" / "main.rs").write_text("fn main() {}\n")
        (tmp_path / "suite" / "crates" / "tool" / "Cargo.toml").write_text(
            '[package]\nname = "tool"\nversion = "1.0.0"\nedition = "2021"\n'
        )

        with pytest.raises(NotReadyError, match="tool has no library"):
            build_crates(
                TOOLCHAIN,
                suite_crates(tmp_path / "suite", 'tool = { path = "crates/tool" }\n'),
                tmp_path / "c",
            )

    def test_a_toolchain_without_cargo_is_told(self, tmp_path: Path) -> None:
        """With how to get it."""
        crates = suite_crates(tmp_path / "suite", SHAPES)
        bare = replace(TOOLCHAIN, rustc=tmp_path / "bin" / "rustc")

        with pytest.raises(ToolchainError, match="rustup component add cargo"):
            build_crates(bare, crates, tmp_path / "cache")


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A folder with the library ``top``, which depends on ``base`` beside it, and a file of the user's."""
    folder = tmp_path / "libraries"
    folder.mkdir()
    (folder / "private.txt").write_text("mine")
    for name, source, needed in (
        ("base", "pub fn one() -> u8 { 1 }", ()),
        ("top", "pub fn two() -> u8 { base::one() + 1 }", ("--extern", "base=libbase-1a.rlib")),
    ):
        (folder / f"{name}.rs").write_text(source)
        output = "libbase-1a.rlib" if name == "base" else "libtop.rlib"
        subprocess.run(
            [TOOLCHAIN.rustc, "--crate-type=rlib", "--edition=2021", "-o", output, *needed, f"{name}.rs"],
            cwd=folder,
            check=True,
        )
    return folder


class TestExterns:
    def test_a_given_library_is_used_with_what_it_needs(self, chain: Path, tmp_path: Path) -> None:
        """Only libraries are taken out of its folder, for a sample can read what rustc can."""
        extern = parse_extern(f"top={chain / 'libtop.rlib'}")

        found = load_externs(TOOLCHAIN, [extern], tmp_path / "cache")

        digest = hashlib.sha256((chain / "libtop.rlib").read_bytes()).hexdigest()
        assert found.record() == {"top": f"sha256:{digest}"}
        assert [sorted(path.name for path in folder.iterdir()) for folder in found.folders] == [
            ["libbase-1a.rlib", "libtop.rlib"]
        ]
        assert compile_with(found, "pub fn f() -> u8 { top::two() }", tmp_path / "work").returncode == 0

    def test_it_is_found_again_and_follows_the_file(self, chain: Path, tmp_path: Path) -> None:
        """By its content: a library that was compiled anew is another one."""
        extern = Extern(name="base", path=chain / "libbase-1a.rlib")
        first = load_externs(TOOLCHAIN, [extern], tmp_path / "cache")
        again = load_externs(TOOLCHAIN, [extern], tmp_path / "cache")
        shutil.copyfile(chain / "libtop.rlib", extern.path)

        assert again == first
        with pytest.raises(UsageError):
            load_externs(TOOLCHAIN, [extern], tmp_path / "cache")

    def test_it_stands_in_for_what_a_suite_misses(self, chain: Path, tmp_path: Path) -> None:
        """As where there is no network."""
        absent = Crates(missing=(MissingCrate(name="base", reason="arbitrary"),))
        given = load_externs(
            TOOLCHAIN, [Extern(name="base", path=chain / "libbase-1a.rlib")], tmp_path / "cache"
        )

        assert join_crates([absent, given]) == given

    @pytest.mark.parametrize(
        ("name", "content", "part"),
        [
            ("top", None, "can't find crate for `base` which `top` depends on"),
            ("junk", b"no library", "invalid metadata files"),
        ],
    )
    def test_what_rustc_cannot_load_is_refused_at_once(
        self, chain: Path, tmp_path: Path, name: str, content: bytes | None, part: str
    ) -> None:
        """With rustc's own words, before any sample is judged."""
        path = tmp_path / f"lib{name}.rlib"
        path.write_bytes((chain / "libtop.rlib").read_bytes() if content is None else content)

        with pytest.raises(UsageError) as raised:
            load_externs(TOOLCHAIN, [Extern(name=name, path=path)], tmp_path / "cache")

        assert str(raised.value).startswith(f"--extern {name}={path}: rustc ")
        assert part in str(raised.value)
        assert "\n" not in str(raised.value)

    def test_a_name_is_given_once(self, chain: Path, tmp_path: Path) -> None:
        """Two libraries under one name are a mistake, even where rustc would try both."""
        externs = [Extern(name="x", path=chain / file) for file in ("libbase-1a.rlib", "libtop.rlib")]

        with pytest.raises(UsageError, match=r"--extern x=.*twice"):
            load_externs(TOOLCHAIN, externs, tmp_path / "cache")


# A text, and the editions in which it compiles with the crate: there, and only there, refusing it without is our fault.
SINCE_2018 = ("2018", "2021", "2024")
ALWAYS = ("2015", *SINCE_2018)
USES = (
    ("use tiny_shapes::Square;", SINCE_2018),
    ("use tiny_shapes::{unit, Square};", SINCE_2018),
    ("use tiny_shapes::*;", SINCE_2018),
    ("use ::tiny_shapes::Square;", SINCE_2018),
    ("use tiny_shapes;", SINCE_2018),
    ("use tiny_shapes as shapes;", SINCE_2018),
    ("use {tiny_shapes as shapes, std::fmt as f};", SINCE_2018),
    ("mod inner { use tiny_shapes::Square; }", SINCE_2018),
    ("use tiny_shapes::{self, unit};", SINCE_2018),
    ("pub fn f() { ::tiny_shapes::unit(); }", SINCE_2018),
    ("pub fn f() { tiny_shapes::unit(); }", ALWAYS),
    ("pub fn f(_: tiny_shapes::Square) {}", ALWAYS),
    ("pub fn f() { tiny_shapes::square!(1); }", ALWAYS),
    ("#[derive(tiny_shapes::Named)] struct S;", ALWAYS),
    ("extern crate tiny_shapes;", ALWAYS),
    ("extern crate tiny_shapes as shapes;", ALWAYS),
    ("#[macro_use] extern crate tiny_shapes; pub fn f() { square!(1); }", ALWAYS),
    ("extern crate tiny_shapes; use tiny_shapes::Square;", ALWAYS),
    ("pub fn f() { let tiny_shapes = 1; tiny_shapes::unit(); }", ALWAYS),
    ("mod tiny_shapes {} mod other { pub fn f() { tiny_shapes::unit(); } }", ALWAYS),
    ("use crate::tiny_shapes::Square;", ()),
    ("use self::tiny_shapes::Square;", ()),
    ("use std::tiny_shapes;", ()),
    ("use std::{tiny_shapes::x};", ()),
    ("mod a {} use a::tiny_shapes;", ()),
    ("mod a { use super::{tiny_shapes}; }", ()),
    ("pub fn f() { crate::tiny_shapes::unit(); }", ()),
    ("mod a { pub fn f() { super::tiny_shapes::unit(); } }", ()),
    ("mod a { pub fn f() { self::tiny_shapes::unit(); } }", ()),
    ("macro_rules! m { () => { $crate::tiny_shapes::unit() } } pub fn f() { m!(); }", ()),
    ("mod tiny_shapes {} use tiny_shapes::Square;", ()),
    ("pub fn f() { tiny_shapes }", ()),
    ("pub fn f() { Tiny_shapes::unit(); }", ()),
    ('compile_error!("unresolved import `tiny_shapes`");', ()),
    ("use other_crate::Square;", ()),
    ("extern crate other_crate;", ()),
    ("pub fn f() { let x = 1 let y; } use tiny_shapes::Square;", ()),
)


@pytest.fixture(scope="module")
def judges() -> Iterator[dict[str, Judge]]:
    found = {edition: Judge(TOOLCHAIN, edition=edition, jobs=1) for edition in ALWAYS}
    yield found
    for judge in found.values():
        judge.close()


@pytest.mark.parametrize(("source", "editions"), USES, ids=[source for source, _ in USES])
def test_a_missing_crate_is_ours_where_the_crate_would_have_mended_it(
    judges: dict[str, Judge], built: Crates, tmp_path: Path, source: str, editions: tuple[str, ...]
) -> None:
    """The real rustc decides in each edition: with the crate, the very same text compiles, or it does not."""
    absent = Crates(missing=(MissingCrate(name="tiny_shapes", reason="arbitrary"),))

    for edition in ALWAYS:
        refused = judges[edition].judge_code(source)

        compiles = compile_with(built, source, tmp_path, edition).returncode == 0
        assert compiles is (edition in editions), edition
        assert isinstance(refused, Rejected), refused
        expected = "suite: crate tiny_shapes is missing: arbitrary" if compiles else None
        words = [(edition, error.message) for error in refused.errors]
        assert missing_crate_cause(absent, refused, edition) == expected, words


def test_a_broken_promise_is_ours_from_end_to_end(judges: dict[str, Judge], tmp_path: Path) -> None:
    """From a suite that cannot be built to the cause that a sample's record gets; a sample without it is judged."""
    suite_crates(tmp_path / "suite", SHAPES)
    (tmp_path / "suite" / "crates" / "tiny-shapes" / "src" / "lib.rs").write_text("broken")
    crates = load_suite(tmp_path / "suite").crates
    assert crates is not None
    with pytest.raises(NotReadyError) as raised:
        build_crates(TOOLCHAIN, crates, tmp_path / "cache")
    absent = absent_crates(crates, raised.value)

    uses = judges["2021"].judge_code(USES_SHAPES)
    wrong = judges["2021"].judge_code("fn f() -> u8 { nothing() }")

    assert isinstance(uses, Rejected)
    assert isinstance(wrong, Rejected)
    cause = missing_crate_cause(absent, uses, "2021")
    assert cause is not None
    assert cause.startswith("suite: crate tiny_shapes is missing: could not compile `tiny-shapes`")
    assert str(tmp_path) not in cause
    assert missing_crate_cause(absent, wrong, "2021") is None
