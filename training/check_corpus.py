"""Ask rustc and the shape rule about every document of a corpus.

    python -m training.check_corpus --seed 0 --documents 26000

lists each document that does not compile, and each that has a function in the shape of a reference of the bundled
suite. The trainer does not call it: a template that produces such a document is mended instead, so that the corpus
depends on the seed alone and not on the compiler at hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.metrics.syntax import function_shapes
from ferrobench.prompts import load_suite
from training.corpus import Document, draw_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH = 400


def find_compile_failures(documents: Sequence[Document], rustc: Path) -> dict[int, str]:
    """Return the index and first error of each document that rustc refuses."""
    batches = [range(start, min(start + BATCH, len(documents))) for start in range(0, len(documents), BATCH)]
    failures: dict[int, str] = {}
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda batch: _check_batch(documents, batch, rustc), batches):
            failures.update(found)
    return failures


def _check_batch(documents: Sequence[Document], batch: range, rustc: Path) -> dict[int, str]:
    """Compile a batch, each document in a module of its own, again and again without those that failed.

    Once is not enough: an error of an early phase hides those of later ones in every other module.
    """
    failures: dict[int, str] = {}
    while True:
        kept = [index for index in batch if index not in failures]
        found = _compile_modules(documents, kept, rustc)
        if not found:
            return failures
        failures.update(found)


def _compile_modules(documents: Sequence[Document], indices: Sequence[int], rustc: Path) -> dict[int, str]:
    lines: list[str] = ["#![allow(warnings)]"]
    owners: list[int | None] = [None]
    for index in indices:
        document = documents[index]
        module = ["mod m" + str(index) + " {", *(document.prelude + document.text).splitlines(), "}"]
        lines += module
        owners += [index] * len(module)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "corpus.rs"
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [str(rustc), "--edition=2021", "--crate-type=lib", "--emit=metadata", "--error-format=json"]
        done = subprocess.run(
            [*command, f"--out-dir={folder}", str(source)], capture_output=True, text=True, check=False
        )
    failures: dict[int, str] = {}
    for line in done.stderr.splitlines():
        message = json.loads(line)
        if message["level"] != "error":
            continue
        for span in message["spans"]:
            owner = owners[span["line_start"] - 1]
            if owner is not None:
                failures.setdefault(owner, message["message"])
    if done.returncode != 0 and not failures:
        raise RuntimeError(f"rustc failed without saying where: {done.stderr[-500:]}")
    return failures


def find_shared_shapes(documents: Sequence[Document]) -> list[int]:
    """Return the index of each document with a function in the shape of one of the suite's references."""
    references = reference_shapes()
    return [index for index, document in enumerate(documents) if function_shapes(document.text) & references]


def reference_shapes() -> frozenset[str]:
    """Return the shapes of all functions in the references of the bundled suite."""
    suite = load_suite("seed")
    return frozenset().union(*(function_shapes(prompt.text + prompt.reference) for prompt in suite.prompts))


def main() -> int:
    """Report on a corpus; the exit status is 1 if anything was found."""
    parser = argparse.ArgumentParser(
        prog="python -m training.check_corpus", description="Check the demo corpus."
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--documents", type=int, default=26_000)
    options = parser.parse_args()
    documents = list(islice(draw_documents(options.seed), options.documents))
    sysroot = subprocess.run(
        ["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True
    ).stdout.strip()
    failures = find_compile_failures(documents, Path(sysroot) / "bin" / "rustc")
    shared = find_shared_shapes(documents)
    for index, message in failures.items():
        print(f"--- does not compile: {message}\n{documents[index].text}")
    for index in shared:
        print(f"--- has the shape of a reference\n{documents[index].text}")
    print(f"{len(documents)} documents: {len(failures)} do not compile, {len(shared)} share a shape")
    return 1 if failures or shared else 0


if __name__ == "__main__":
    sys.exit(main())
