"""The arrows between the rooms point one way, and what starts fast imports nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ferrobench

SOURCE = Path(__file__).parents[2] / "src" / "ferrobench"
# In the order in which data flows; each imports only from those before it.
ROOMS = (
    "errors", "machine", "rust_source", "json_rows", "prompts", "models", "generation", "judging", "reward", "metrics", "rubric",
    "catalogue", "results", "tracking", "trackers", "reports", "evaluate", "watch", "judge_file",
    "suite_check", "serve", "review",
    "cli",
)  # fmt: skip
HEAVY = (
    "torch",
    "numpy",
    "tokenizers",
    "safetensors",
    "pydantic",
    "tree_sitter",
    "rich.table",
    "rich.progress",
    "starlette",
    "uvicorn",
)


def room_of(module: str) -> str | None:
    """The room of a module of ours, or None."""
    parts = module.split(".")
    return parts[1] if parts[0] == "ferrobench" and len(parts) > 1 else None


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_from_rooms_before_it(path: Path) -> None:
    """Imports for type checking count too: a type belongs to the room that makes it."""
    relative = path.relative_to(SOURCE)
    room = relative.parts[0].removesuffix(".py")
    if room == "__init__":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        if isinstance(node, ast.ImportFrom) and node.module == "ferrobench":
            names = [f"ferrobench.{alias.name}" for alias in node.names]
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            other = room_of(name)
            if other is not None and other != room:
                assert ROOMS.index(other) < ROOMS.index(room), f"{relative}:{node.lineno} imports {name}"


def imported_by(statement: str) -> set[str]:
    """The modules that are loaded after a statement in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_assembling_the_command_line_imports_nothing_heavy() -> None:
    """Help must be there at once."""
    loaded = imported_by(
        "from ferrobench.cli.main import build_app; build_app(); import ferrobench.cli.run, ferrobench.cli.serve, ferrobench.cli.review"
    )

    assert not loaded.intersection(HEAVY)


def test_judging_and_results_import_no_torch() -> None:
    """Verdicts and records need no model."""
    loaded = imported_by(
        "import ferrobench.judge_file, ferrobench.results, ferrobench.reports, ferrobench.cli.judge"
    )

    assert "torch" not in loaded
    assert "tokenizers" not in loaded


def test_opening_an_endpoint_imports_nothing_that_computes_models() -> None:
    """The server does; a whole run is among the integration tests."""
    loaded = imported_by(
        "import ferrobench.evaluate, ferrobench.cli.run\nfrom ferrobench.models import ModelRequest, open_model\n"
        "open_model(ModelRequest(model='openai:arbitrary', base_url='http://127.0.0.1:1/v1'))"
    )

    assert "openai" in loaded
    assert not loaded & {"torch", "transformers", "tokenizers", "safetensors", "vllm"}


def test_importing_the_package_imports_nothing_else() -> None:
    """Its classes are imported when they are asked for."""
    loaded = imported_by("import ferrobench")

    assert {name for name in loaded if name.startswith("ferrobench")} == {"ferrobench"}


def test_the_package_has_the_classes_that_other_programs_build_on() -> None:
    """And says plainly what it does not have."""
    loaded = imported_by("from ferrobench import Judge, RewardFunction")

    assert not loaded.intersection(HEAVY)
    with pytest.raises(AttributeError, match="module 'ferrobench' has no attribute 'Referee'"):
        _ = ferrobench.Referee  # type: ignore[attr-defined]
