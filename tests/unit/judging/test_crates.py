"""Crates as values: flags, joining, and whose fault a missing one is."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.judging.cargo import absent_crates, cargo_complaint, cargo_environment, cargo_manifest
from ferrobench.judging.crate_cache import default_cache
from ferrobench.judging.crates import (
    Crate,
    Crates,
    Extern,
    MissingCrate,
    join_crates,
    missing_crate_cause,
    parse_extern,
)
from ferrobench.judging.verdict import Rejected, Stage
from ferrobench.prompts import Dependency, SuiteCrates
from tests.support.records import diagnostic, rejected

A, B = Path("/cache/a/deps"), Path("/cache/b/deps")
RAND = Crate(name="rand", version="0.8.5", library=A / "librand-1.rlib")
SERDE = Crate(name="serde", version="1.0.2", library=B / "libserde-2.rlib")
NO_RAND = MissingCrate(name="rand", reason="no network")
WITH_RAND = Crates(available=(RAND,), folders=(A,))
WITHOUT_RAND = Crates(missing=(NO_RAND,))


def dependency(name: str = "rand", **changes: object) -> Dependency:
    fields = {
        "name": name,
        "crate": name.replace("-", "_"),
        "version": "0.8",
        "path": None,
        "package": None,
        "features": (),
        "default_features": True,
    }
    return Dependency(**(fields | changes))  # type: ignore[arg-type]


def promise(*dependencies: Dependency) -> SuiteCrates:
    return SuiteCrates(
        manifest=Path("/suites/s/suite.toml"),
        dependencies=dependencies,
        lock=None,
        vendor=None,
        fingerprint="sha256:arbitrary",
    )


class TestExtern:
    def test_is_a_name_and_a_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The path may be relative, and may hold another equals sign."""
        (tmp_path / "a=b").mkdir()
        (tmp_path / "a=b" / "librand.rlib").touch()
        monkeypatch.chdir(tmp_path)

        assert parse_extern("rand=a=b/librand.rlib") == Extern(
            name="rand", path=tmp_path / "a=b" / "librand.rlib"
        )

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("rand", "expected NAME=PATH"),
            ("rand=", "expected NAME=PATH"),
            ("=x.rlib", "'' is no name of a crate"),
            (
                "tiny-shapes=x.rlib",
                "'tiny-shapes' is no name of a crate in Rust code; expected letters, digits and _",
            ),
            ("priv:rand=x.rlib", "'priv:rand' is no name"),
            ("rand=librand.so", "expected an .rlib"),
            ("rand=nowhere.rlib", "nowhere.rlib does not exist"),
            ("rand=folder.rlib", "folder.rlib is no file"),
        ],
    )
    def test_mistakes_are_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, part: str
    ) -> None:
        """The flag, what was given, and what was expected, in one line."""
        (tmp_path / "folder.rlib").mkdir()
        monkeypatch.chdir(tmp_path)

        with pytest.raises(UsageError) as raised:
            parse_extern(text)

        assert str(raised.value).startswith(f"--extern {text}: ")
        assert part in str(raised.value)


class TestArguments:
    def test_nothing_promised_changes_nothing(self) -> None:
        """rustc's command line is the same as without this feature."""
        assert Crates().arguments() == ()

    def test_libraries_where_they_are(self) -> None:
        """Where the sandbox hides no paths."""
        assert WITH_RAND.arguments() == (
            "--extern",
            "rand=/cache/a/deps/librand-1.rlib",
            "-L",
            "dependency=/cache/a/deps",
        )

    def test_libraries_where_a_sandbox_shows_them(self) -> None:
        """Every folder at a fixed place, so that nothing of the user's paths shows."""
        both = join_crates([WITH_RAND, Crates(available=(SERDE,), folders=(B,))])

        assert both.places("/crates") == ((A, "/crates/0"), (B, "/crates/1"))
        assert both.arguments("/crates") == (
            "--extern",
            "rand=/crates/0/librand-1.rlib",
            "--extern",
            "serde=/crates/1/libserde-2.rlib",
            "-L",
            "dependency=/crates/0",
            "-L",
            "dependency=/crates/1",
        )

    def test_missing_crates_are_no_arguments(self) -> None:
        """rustc is not told of them, and says that it cannot find them."""
        assert WITHOUT_RAND.arguments() == ()


class TestJoin:
    def test_of_nothing_is_nothing(self) -> None:
        """As most runs are."""
        assert join_crates([]) == Crates()

    def test_keeps_all_names(self) -> None:
        """Those that are missing too."""
        joined = join_crates([Crates(available=(SERDE,), folders=(B,)), WITHOUT_RAND])

        assert joined.promised == {"serde", "rand"}
        assert joined.record() == {"rand": "missing", "serde": "1.0.2"}

    @pytest.mark.parametrize("parts", [[WITHOUT_RAND, WITH_RAND], [WITH_RAND, WITHOUT_RAND]])
    def test_what_is_there_is_not_missing(self, parts: list[Crates]) -> None:
        """``--extern`` stands in for what could not be built."""
        assert join_crates(parts) == WITH_RAND

    def test_the_same_library_twice_is_one(self) -> None:
        """Two suites may promise the same."""
        assert join_crates([WITH_RAND, WITH_RAND]) == WITH_RAND

    def test_two_libraries_of_one_name_are_refused(self) -> None:
        """Which of them a sample means is nobody's to guess."""
        other = Crates(
            available=(Crate(name="rand", version="0.9.0", library=B / "librand-3.rlib"),), folders=(B,)
        )

        with pytest.raises(
            UsageError, match=r"crate rand is promised twice, as .*librand-1.* and .*librand-3"
        ):
            join_crates([WITH_RAND, other])


class TestMissingCrateCause:
    CAUSE = "suite: crate rand is missing: no network"

    @pytest.mark.parametrize(
        ("code", "message"),
        [
            ("E0432", "unresolved import `rand`"),
            ("E0432", "unresolved imports `serde`, `rand`"),
            ("E0433", "cannot find module or crate `rand` in this scope"),
            ("E0433", "cannot find `rand` in the crate root"),
            ("E0463", "can't find crate for `rand`"),
            # rustc before 1.9x
            ("E0433", "failed to resolve: use of undeclared crate or module `rand`"),
            ("E0433", "failed to resolve: use of unresolved module or unlinked crate `rand`"),
            ("E0433", "failed to resolve: could not find `rand` in the list of imported crates"),
        ],
    )
    def test_rustc_not_finding_a_promised_crate_is_ours(self, code: str, message: str) -> None:
        """In each of its words, with the reason why the crate is missing."""
        refused = rejected(message, code, Stage.RESOLVE)

        assert missing_crate_cause(WITHOUT_RAND, refused, "2021") == self.CAUSE

    def test_wherever_it_stands_among_the_errors(self) -> None:
        """What else is wrong may come of the missing crate, so it tells nothing."""
        errors = (diagnostic(), diagnostic("unresolved import `rand`", "E0432"))
        refused = Rejected(stage=Stage.RESOLVE, errors=errors, warnings=())

        assert missing_crate_cause(WITHOUT_RAND, refused, "2021") == self.CAUSE

    @pytest.mark.parametrize(
        ("code", "message"),
        [
            ("E0432", "unresolved import `tokio`"),
            ("E0432", "unresolved import `rand::Rng`"),
            ("E0432", "unresolved import `crate::rand`"),
            ("E0432", "unresolved import `std::rand`"),
            ("E0433", "cannot find `rand` in `crate`"),
            ("E0433", "cannot find `rand` in `a`"),
            ("E0433", "cannot find type `rand` in this scope"),
            ("E0433", "failed to resolve: could not find `rand` in the crate root"),
            ("E0425", "cannot find function `rand` in this scope"),
            ("E0463", "can't find crate for `rand_core`"),
            (None, "unresolved import `rand`"),
            (None, "can't find crate for `rand`"),
            ("E0308", "unresolved import `rand`"),
            ("E0432", "unresolved import `x`: unresolved import `rand`"),
        ],
    )
    def test_all_else_is_the_models(self, code: str | None, message: str) -> None:
        """Crates that nobody promised, paths that no crate could mend, and words that a sample has put there."""
        assert missing_crate_cause(WITHOUT_RAND, rejected(message, code, Stage.RESOLVE), "2021") is None

    @pytest.mark.parametrize("crates", [Crates(), WITH_RAND])
    def test_nothing_missing_excuses_nothing(self, crates: Crates) -> None:
        """A crate that is there, or was never promised, is the model's to use rightly."""
        refused = rejected("unresolved import `rand`", "E0432", Stage.RESOLVE)

        assert missing_crate_cause(crates, refused, "2021") is None

    @pytest.mark.parametrize("stage", [Stage.LEX, Stage.PARSE])
    def test_what_does_not_parse_needs_no_crate_to_fail(self, stage: Stage) -> None:
        """rustc goes on to names after some syntax errors."""
        refused = rejected("unresolved import `rand`", "E0432", stage)

        assert missing_crate_cause(WITHOUT_RAND, refused, "2021") is None

    @pytest.mark.parametrize(
        ("code", "message", "ours"),
        [
            ("E0432", "unresolved import `rand`", False),
            ("E0433", "cannot find module or crate `rand` in the crate root", False),
            ("E0433", "cannot find module or crate `rand` in this scope", True),
            ("E0463", "can't find crate for `rand`", True),
        ],
    )
    def test_edition_2015_has_its_own_paths(self, code: str, message: str, ours: bool) -> None:
        """There ``use rand::Rng;`` is an error with the crate too, unless ``extern crate rand;`` is written."""
        refused = rejected(message, code, Stage.RESOLVE)

        assert (missing_crate_cause(WITHOUT_RAND, refused, "2015") is not None) is ours

    @given(st.text(), st.sampled_from(["E0432", "E0433", "E0463", "E0308", None]))
    def test_only_a_missing_name_can_be_the_cause(self, message: str, code: str | None) -> None:
        """Whatever the words are."""
        cause = missing_crate_cause(WITHOUT_RAND, rejected(message, code, Stage.RESOLVE), "2021")

        assert cause is None or "`rand`" in message


class TestCargo:
    @given(
        st.lists(
            st.builds(
                dependency,
                st.from_regex(r"[A-Za-z][A-Za-z0-9_-]*", fullmatch=True),
                version=st.none() | st.text(min_size=1),
                path=st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8")).map(Path),
                package=st.none() | st.just("other-name"),
                features=st.lists(st.text(st.characters(codec="utf-8"))).map(tuple),
                default_features=st.booleans(),
            ),
            unique_by=lambda found: found.name,
        )
    )
    def test_the_manifest_says_what_the_suite_says(self, dependencies: list[Dependency]) -> None:
        """It is TOML whatever the strings hold."""
        manifest = tomllib.loads(cargo_manifest(promise(*dependencies)))

        assert manifest["workspace"] == {}
        assert manifest["dependencies"] == {
            found.name: {
                key: value
                for key, value in {
                    "version": found.version,
                    "path": None if found.path is None else str(found.path),
                    "package": found.package,
                    "features": list(found.features),
                    "default-features": found.default_features,
                }.items()
                if value is not None
            }
            for found in dependencies
        }

    def test_the_users_own_builds_leave_no_trace(self) -> None:
        """Flags, wrappers and profiles in the environment would make another library on every machine."""
        environment = {
            "PATH": "/bin",
            "CARGO_HOME": "/home/me/.cargo",
            "CARGO_HTTP_PROXY": "proxy",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER": "clang",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS": "-O",
            "CARGO_TARGET_DIR": "/x",
            "CARGO_BUILD_TARGET": "wasm32-wasip1",
            "CARGO_PROFILE_DEV_LTO": "fat",
            "RUSTFLAGS": "-O",
            "RUSTC_WRAPPER": "sccache",
            "RUSTC_BOOTSTRAP": "1",
        }

        changed = cargo_environment(environment, Path("/t/bin/rustc"), {Path("/suites/s"): "/suite"})

        kept = ("PATH", "CARGO_HOME", "CARGO_HTTP_PROXY", "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER")
        assert {name: changed[name] for name in kept} == {name: environment[name] for name in kept}
        assert changed["RUSTC"] == "/t/bin/rustc"
        assert changed["RUSTC_WRAPPER"] == ""
        assert changed["CARGO_ENCODED_RUSTFLAGS"] == "--remap-path-prefix=/suites/s=/suite"
        assert not changed.keys() & {
            "RUSTFLAGS",
            "RUSTC_BOOTSTRAP",
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "CARGO_PROFILE_DEV_LTO",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
        }

    def test_cargos_chain_of_causes_is_one_line(self) -> None:
        """What only helps at a terminal is left out."""
        remarks = (
            "    Updating crates.io index\n"
            "error: failed to get `rand` as a dependency of package `ferrobench-crates v0.0.0 (/cache/x)`\n"
            "\nCaused by:\n  download of config.json failed\n"
            "\nCaused by:\n  could not resolve host\n"
            "help: try something else\n"
        )

        assert cargo_complaint(remarks, "") == (
            "failed to get `rand` as a dependency of the suite: download of config.json failed: "
            "could not resolve host"
        )

    def test_rustcs_first_error_is_told_with_its_place(self) -> None:
        """Cargo's own words only say which crate it is."""
        messages = "\n".join(
            json.dumps(
                {
                    "reason": "compiler-message",
                    "message": {
                        "level": level,
                        "message": words,
                        "spans": [{"file_name": "src/lib.rs", "line_start": 3}],
                    },
                },
                separators=(",", ":"),
            )
            for level, words in (("warning", "unused"), ("error", "mismatched types"), ("error", "another"))
        )

        assert cargo_complaint("error: could not compile `tiny`\n\nCaused by:\n  x\n", messages) == (
            "could not compile `tiny`: mismatched types (src/lib.rs:3)"
        )

    @given(st.text())
    def test_a_complaint_is_never_long(self, remarks: str) -> None:
        """Nor more than one line."""
        complaint = cargo_complaint(remarks, "")

        assert len(complaint.splitlines()) <= 1
        assert len(complaint) <= 501

    def test_a_failed_build_leaves_every_crate_missing(self) -> None:
        """With the reason alone: where the suite lies is known, and no business of a record."""
        suite = promise(dependency("rand"), dependency("tiny-shapes"))
        failure = NotReadyError("/suites/s/suite.toml: [dependencies]: no such crate (/suites/s/x)")

        absent = absent_crates(suite, failure)

        reason = "no such crate (x)"
        assert absent.missing == (
            MissingCrate(name="rand", reason=reason),
            MissingCrate(name="tiny_shapes", reason=reason),
        )
        assert (absent.available, absent.arguments()) == ((), ())


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("/var/cache/me", "/var/cache/me/ferrobench/crates"),
        ("relative", "/home/me/.cache/ferrobench/crates"),
        ("", "/home/me/.cache/ferrobench/crates"),
    ],
)
def test_the_cache_is_where_the_standard_puts_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, expected: str
) -> None:
    """The XDG base directories, which has relative paths ignored."""
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_CACHE_HOME", variable)

    assert default_cache() == Path(expected)
