"""``ferrobench doctor``: what works on this machine, and what to install for the rest."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from ferrobench.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable

EXIT_NOT_READY = 3
ENOUGH_SPACE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    works: bool
    detail: str
    needed: bool = True
    """Whether `ferrobench run` on a local checkpoint fails without it."""


def doctor() -> int:
    """Say what works here, and what to install for the rest."""
    from rich.table import Table
    from rich.text import Text

    from ferrobench.cli.console import make_console

    findings = examine()
    console = make_console()
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        if finding.works:
            word = Text("ok", style="green")
        elif finding.needed:
            word = Text("missing", style="bold red")
        else:
            word = Text("absent", style="yellow")
        table.add_row(word, finding.name, finding.detail)
    console.print(table)
    broken = [finding.name for finding in findings if finding.needed and not finding.works]
    console.print(f"\nnot ready: {', '.join(broken)}" if broken else "\nready")
    return EXIT_NOT_READY if broken else 0


def examine() -> tuple[Finding, ...]:
    """Try everything that a run needs, by using it."""
    return (
        Finding(name="python", works=True, detail=f"{platform.python_version()} ({sys.executable})"),
        _try("rustc", _rustc),
        _try("judging", _judging),
        _tool("clippy-driver", "clippy", "rustup component add clippy", needed=False),
        _tool("rustfmt", "rustfmt", "rustup component add rustfmt", needed=False),
        _tool("cc", "linker", "Debian, Ubuntu: apt install gcc libc6-dev", needed=False),
        _temporary_folder(),
        _library("torch", "ferrobench[torch]; without an NVIDIA GPU, PyTorch's CPU build: see the README"),
        _library("safetensors", "ferrobench[torch]"),
        _library("tokenizers", "ferrobench[torch]"),
        *(
            _library(name, f"ferrobench[{extra}]", use=use)
            for name, extra, use in (
                ("tiktoken", "torch", "nanochat checkpoints"),
                ("transformers", "hf", "Hugging Face models"),
                ("peft", "peft", "adapters"),
                ("openai", "openai", "endpoints"),
                ("uvicorn", "web", "ferrobench serve"),
                ("vllm", "vllm", "vLLM"),
                ("tensorboard", "tensorboard", "TensorBoard"),
                ("wandb", "wandb", "Weights & Biases"),
                ("mlflow-skinny", "mlflow", "MLflow"),
                ("trackio", "trackio", "trackio"),
            )
        ),
        _try("devices", _devices),
        _try("demo checkpoint", _demo),
        *_sandbox(),
        _try("hidden tests", _hidden_tests),
        _try("fast judging", _fast_path, needed=False),
    )


def _try(name: str, look: Callable[[], str], *, needed: bool = True) -> Finding:
    try:
        return Finding(name=name, works=True, detail=look(), needed=needed)
    except (HarnessError, ImportError, RuntimeError) as error:
        return Finding(name=name, works=False, detail=str(error), needed=needed)


def _rustc() -> str:
    from ferrobench.judging import probe_toolchain

    toolchain = probe_toolchain()
    return f"{toolchain.version}, {toolchain.host} ({toolchain.rustc})"


def _judging() -> str:
    from ferrobench.judging import Compiled, Judge, Rejected, probe_toolchain

    with Judge(probe_toolchain(), jobs=1) as judge:
        right = judge.judge_code("pub fn one() -> u8 { 1 }\n")
        wrong = judge.judge_code("pub fn one() -> u8 { true }\n")
    if not isinstance(right, Compiled) or not isinstance(wrong, Rejected):
        raise RuntimeError(f"rustc gives wrong verdicts under our limits: {right}, {wrong}")
    return "a right and a wrong program got their verdicts"


def _hidden_tests() -> str:
    from ferrobench.judging import Judge, choose_sandbox, find_testing_fault, probe_toolchain

    toolchain = probe_toolchain()
    sandbox = choose_sandbox(toolchain)
    with Judge(toolchain, sandbox=sandbox, jobs=1) as judge:
        fault = find_testing_fault(judge)
    if fault is not None:
        raise RuntimeError(fault)
    return (
        f"a right program passes, a wrong one fails, and in tier {sandbox.tier} neither a canary file nor a variable "
        "can be read"
    )


def _fast_path() -> str:
    from ferrobench.judging import choose_sandbox, probe_toolchain
    from ferrobench.judging.fast import describe_fast_path

    toolchain = probe_toolchain()
    return describe_fast_path(toolchain, choose_sandbox(toolchain).runner)


def _sandbox() -> tuple[Finding, ...]:
    """One finding for each tier that was tried, and the one that would be used must work."""
    from ferrobench.judging import probe_toolchain
    from ferrobench.judging.sandbox import try_tiers

    try:
        attempts = try_tiers(probe_toolchain())
    except HarnessError as error:
        return (Finding(name="sandbox", works=False, detail=str(error)),)
    some = any(attempt.sandbox is not None for attempt in attempts)
    return tuple(
        Finding(
            name=f"sandbox {attempt.tier}",
            works=attempt.sandbox is not None,
            detail=attempt.fault
            or "compiles a right program, keeps a canary file and a canary variable away",
            needed=not some,
        )
        for attempt in attempts
    )


def _tool(command: str, name: str, remedy: str, *, needed: bool) -> Finding:
    path = shutil.which(command)
    return Finding(name=name, works=path is not None, detail=path or remedy, needed=needed)


def _temporary_folder() -> Finding:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    detail = f"{folder}, {free // 2**20} MiB free"
    return Finding(name="temporary folder", works=free >= ENOUGH_SPACE_BYTES, detail=detail)


def _library(name: str, remedy: str, *, use: str | None = None) -> Finding:
    """Look for a library; one that is for some *use* alone is not needed by every run."""
    purpose = "" if use is None else f", for {use}"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name=name, works=False, detail=f"pip install '{remedy}'{purpose}", needed=use is None)
    return Finding(name=name, works=True, detail=version + purpose)


def _devices() -> str:
    import torch

    cards = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return ", ".join(["cpu", *(f"cuda:{i} {card}" for i, card in enumerate(cards))])


def _demo() -> str:
    from ferrobench.models import demo_checkpoint

    return demo_checkpoint().label
