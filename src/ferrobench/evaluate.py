"""The one module that wires the rooms together: suite, model, judge, journal, record.

Judging overlaps sampling: a completion goes to the judge's workers as soon as it is drawn, and into the journal as
soon as it is judged.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import ferrobench
from ferrobench.errors import HarnessError, InputError, NotReadyError, UsageError
from ferrobench.generation import (
    SampleCounts,
    SampleTask,
    Shard,
    choose_ks,
    generate,
    plan_ready,
    plan_samples,
    select_prompts,
)
from ferrobench.judging import (
    Judge,
    Limits,
    Linter,
    RunLimits,
    Unjudged,
    absent_crates,
    assemble,
    build_crates,
    choose_sandbox,
    find_testing_fault,
    is_suite_fault,
    join_crates,
    load_externs,
    missing_lint_tools,
    probe_toolchain,
)
from ferrobench.machine import available_cores, describe_machine
from ferrobench.metrics import measure_code
from ferrobench.metrics.generation.bits_per_byte import KEY as BITS_PER_BYTE
from ferrobench.metrics.generation.bits_per_byte import bits_per_byte
from ferrobench.metrics.registry import DEFAULT, choose_metrics
from ferrobench.metrics.training_text import read_training_text
from ferrobench.models import (
    THREADS_LIMIT,
    Completion,
    ModelRequest,
    SamplingSettings,
    ScoresText,
    load_held_out,
    open_model,
)
from ferrobench.prompts import JudgeMode, load_suite
from ferrobench.results import (
    CONFIG_FILE,
    JOURNAL_FILE,
    MIXED_MODES,
    RESULTS_FILE,
    SCHEMA_VERSION,
    Journal,
    Judged,
    RunFacts,
    RunPlan,
    RunRecord,
    SampleRecord,
    create_run_folder,
    find_resumable,
    read_config,
    summarize,
    write_json,
    write_results,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.generation import Sample
    from ferrobench.judging import Crates, Extern, Judgment, LintReport, SampleJudgment, Sandbox, Toolchain
    from ferrobench.metrics.measured import TrainingText
    from ferrobench.metrics.metric import Metric
    from ferrobench.models import Backend, HeldOutText
    from ferrobench.models.ready import ReadyModel
    from ferrobench.prompts import Prompt, Suite

RUNS_FOLDER = Path("runs")
# Completions that may wait for their verdicts: enough for batches on any machine, and megabytes of text.
MOST_PENDING = 4096

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a run is asked for. The defaults are the original tool's where it has one."""

    model: ModelRequest = field(default_factory=ModelRequest)
    suites: tuple[str, ...] = ("seed",)
    counts: SampleCounts = field(default_factory=SampleCounts)
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    bpb: Path | None = None
    """A held-out text, of which to tell the bits per byte; None is none."""
    seed: int = 0
    shard: Shard | None = None
    """Only this part of the samples; None is all."""
    batch_size: int | None = None
    """Completions drawn at once; None is what suits the model."""
    bare: bool = False
    edition: str = "2021"
    toolchain: str | None = None
    """A name that rustup knows; None is what ``rustc`` stands for."""
    jobs: int | None = None
    judge: Literal["fast", "exact"] = "fast"
    """``exact`` is one rustc process per text. Both say the same."""
    externs: tuple[Extern, ...] = ()
    """Libraries that samples may use beside what their suites promise."""
    lint: bool = False
    assist: bool = False
    """Also judge answers after named repairs."""
    metrics: str = DEFAULT
    """Which metrics to compute beside what every run has; see :func:`ferrobench.metrics.registry.choose_metrics`."""
    training_text: Path | None = None
    """Some of what the model was trained on, to compare its samples with."""
    ks: tuple[int, ...] | None = None
    """For which k to estimate pass@k; None is those of 1, 5, 10, 100 that the samples allow."""
    needed_ks: tuple[int, ...] = ()
    """For which k there must be estimates, since a threshold is for them."""
    sandbox: str = "auto"
    """``auto``, or ``none`` to compile samples unprotected."""
    output: Path = Path("benchmark_results.json")
    run_dir: Path | None = None
    resume: bool = False
    """Go on with ``run_dir``, or with the newest unfinished run where that is None."""
    max_unjudged: float = 5.0
    """Percent of samples that may be unjudged, by no fault of their suite, before the run counts as failed."""

    def __post_init__(self) -> None:
        if self.batch_size is not None and self.batch_size < 1:
            raise UsageError(f"--batch-size {self.batch_size}: expected 1 or more")
        if self.jobs is not None and self.jobs < 1:
            raise UsageError(f"--jobs {self.jobs}: expected 1 or more")
        check_share(self.max_unjudged)


class Observer(Protocol):
    """Who is told how a run goes. Called from several threads, one at a time."""

    def preparing(self, line: str) -> None:
        """Something begins, before all else, that may take minutes: *line* says what."""

    def started(
        self, *, run_dir: Path, total: int, finished: int, warnings: Sequence[str], notes: Sequence[str]
    ) -> None:
        """Everything is loaded and sampling begins; *finished* samples were there already."""

    def sampled(self) -> None:
        """One more completion was drawn."""

    def judged(self, record: SampleRecord) -> None:
        """One more sample is finished and in the journal."""


class Interrupted(Exception):  # noqa: N818 - it is no error: the user asked for it
    """The user stopped the run; what was finished is in the journal."""

    def __init__(self, run_dir: Path, finished: int, total: int) -> None:
        super().__init__(f"{finished} of {total} samples are finished and kept in {run_dir}")
        self.run_dir = run_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a finished run gave."""

    record: RunRecord
    run_dir: Path
    failure: str | None
    """Why the figures should not be used although the run ended, such as too many unjudged samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measuring:
    """What a run's metrics need, found out before hours are spent on samples."""

    metrics: tuple[Metric, ...]
    training_text: TrainingText | None
    held_out: HeldOutText | None
    """What bits per byte are measured on."""

    @classmethod
    def of(cls, settings: RunSettings) -> _Measuring:
        path = settings.training_text
        return cls(
            metrics=choose_metrics(settings.metrics),
            training_text=None if path is None else read_training_text(path),
            held_out=None if settings.bpb is None else load_held_out(settings.bpb, "--bpb"),
        )


def run_benchmark(settings: RunSettings, observer: Observer) -> Outcome:
    """Sample, judge, count, and write the record.

    Raises:
        HarnessError: One line that says what is wrong; nothing that was finished is lost.
        Interrupted: On Ctrl-C.
    """
    suites = tuple(load_suite(name) for name in settings.suites)
    prompts = _distinct_prompts(suites, settings.counts.limit)
    check_output(settings.output, settings.run_dir)
    measuring = _Measuring.of(settings)
    # What is ready is cheap to open, and only it knows how many samples there are.
    ready = _open_ready(settings, suites)
    whole, plan = _plan(settings, prompts, ready)
    tasks, ks = _take_shard(settings, whole, plan.ks)
    toolchain = probe_toolchain(settings.toolchain)
    if settings.lint:
        require_lint_tools(toolchain, settings.toolchain)
    crates = gather_crates(toolchain, suites, settings.externs, observer.preparing)
    sandbox = choose_sandbox(toolchain, settings.sandbox, crates)
    model = ready or open_model(settings.model, suites)
    _check_model(model, settings, prompts)
    resolved = {
        **model.identity,
        **_decided(settings, suites, prompts, len(whole), measuring),
        **_resolve(settings, model=model, toolchain=toolchain, sandbox=sandbox, crates=crates),
    }
    if settings.resume:
        run_dir, config = _resume(settings, resolved, model, plan)
    else:
        config = _config(settings, resolved, prompts=prompts, plan=plan, model=model, toolchain=toolchain)
        config |= _score(model, measuring.held_out, observer)
        label = "-".join(Path(model.label).parts[-2:])
        if settings.shard is not None:
            label += f"-shard-{settings.shard.number}-of-{settings.shard.count}"
        run_dir = create_run_folder(settings.run_dir, parent=RUNS_FOLDER, label=label, config=config)
    with Journal(run_dir / JOURNAL_FILE) as journal:
        _check_journal(run_dir, journal.finished, tasks)
        # What we failed to judge is tried again, and what the model's side refused: a server may answer this time.
        kept = tuple(record for record in journal.finished if record.unjudged is None)
        observer.started(
            run_dir=run_dir,
            total=len(tasks),
            finished=len(kept),
            warnings=model.warnings,
            notes=(
                *([sandbox.note] if sandbox.note else []),
                *missing_crate_notes(crates),
                *model.notes,
            ),
        )
        jobs = settings.jobs or available_cores()
        lints = None
        if settings.lint:
            linter = Linter(
                toolchain,
                edition=settings.edition,
                runner=sandbox.runner,
                externs=crates.arguments(sandbox.crate_root),
            )
            lints = LintPool(linter, jobs=jobs, bare=settings.bare)
        judge = Judge(
            toolchain,
            edition=settings.edition,
            mode=settings.judge,
            jobs=jobs,
            bare=settings.bare,
            sandbox=sandbox,
            crates=crates,
            assisting=settings.assist,
        )
        require_tests(judge, prompts)
        session = _Session(journal, observer, kept, judge, lints)
        try:
            session.run(model, tasks, settings)
        except KeyboardInterrupt:
            session.close()
            raise Interrupted(run_dir, len(session.records), len(tasks)) from None
        finally:
            session.close()
            _record_learnt(run_dir, config, model)
        # All workers have ended, so every record is written or its failure is known.
        session.raise_failure()
    record = summarize(
        prompts,
        session.records,
        RunFacts(
            checkpoint=model.label,
            timestamp=datetime.now(UTC).isoformat(),
            version=ferrobench.__version__,
            run_dir=str(run_dir),
            warnings=tuple(config["warnings"]),
            config=config,
            ks=ks,
            metrics=measuring.metrics,
            training_text=measuring.training_text,
            jobs=jobs,
        ),
    )
    write_results(run_dir / RESULTS_FILE, record)
    write_results(settings.output, record)
    return Outcome(record=record, run_dir=run_dir, failure=unjudged_failure(record, settings.max_unjudged))


class LintPool:
    """Lints judged texts beside the judge, a few at a time. Safe to use from many threads."""

    def __init__(self, linter: Linter, *, jobs: int, bare: bool) -> None:
        """Set up; nothing is started yet. *bare* leaves preludes out, as for the judge."""
        self._linter = linter
        self._bare = bare
        self._pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="lint")

    def follow(
        self, judged: Future[T], subject: Callable[[T], tuple[str, str, Judgment]]
    ) -> Future[LintReport | None]:
        """Lint what *judged* is about as soon as it is known.

        *subject* tells the text, its prelude, and the judgment. Without a text, or without a verdict, there is no report.
        Close the judge before the pool. What has not begun then is never answered.
        """
        linted: Future[LintReport | None] = Future()

        def begin(done: Future[T]) -> None:
            try:
                text, prelude, judgment = subject(done.result())
                if isinstance(judgment, Unjudged) or not text:
                    linted.set_result(None)
                else:
                    self._pool.submit(lint, text, "" if self._bare else prelude, judgment)
            except BaseException as error:  # whoever waits is told, of a cancelled judgment too
                linted.set_exception(error)

        def lint(text: str, prelude: str, judgment: Judgment) -> None:
            try:
                linted.set_result(self._linter.lint(assemble(text, prelude), text, judgment))
            except BaseException as error:  # likewise
                linted.set_exception(error)

        judged.add_done_callback(begin)
        return linted

    def follow_completion(self, prompt: Prompt, judged: Future[SampleJudgment]) -> Future[LintReport | None]:
        """Lint the extracted reading of an answer to *prompt*."""
        return self.follow(
            judged, lambda found: (found.extracted_text or "", prompt.prelude, found.extracted)
        )

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class _Session:
    """One sitting of a run: draws what is missing, and keeps records as they are judged."""

    def __init__(
        self,
        journal: Journal,
        observer: Observer,
        finished: Sequence[SampleRecord],
        judge: Judge,
        lints: LintPool | None,
    ) -> None:
        self.records = list(finished)
        self._journal = journal
        self._observer = observer
        self._judge = judge
        self._lints = lints
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._pending = 0
        self._failure: BaseException | None = None
        self._started = time.perf_counter()
        self._earlier_seconds = max((record.elapsed_seconds for record in finished), default=0.0)

    def run(self, model: Backend, tasks: Sequence[SampleTask], settings: RunSettings) -> None:
        """Draw and judge every task that has no record yet."""
        done = {(record.prompt_id, record.index) for record in self.records}
        missing = [task for task in tasks if (task.prompt.id, task.index) not in done]
        samples = generate(model, missing, settings.sampling, batch_size=settings.batch_size)
        try:
            # Closed at once whatever happens: requests that are in flight somewhere cost money.
            with closing(samples):
                for sample in samples:
                    with self._lock:
                        self._observer.sampled()
                    if isinstance(sample.answer, Completion):
                        self._submit(sample, sample.answer)
                    else:
                        self._keep(sample, None)
                    # A model that is faster than rustc waits here, so that memory does not grow with the run.
                    self._wait_until_pending(MOST_PENDING)
                    self.raise_failure()
        except HarnessError:
            # The model has failed, and not its judge: what it had answered is judged and kept.
            self._wait_until_pending(0)
            raise
        self._wait_until_pending(0)

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        self._judge.close()
        if self._lints is not None:
            self._lints.close()

    def _submit(self, sample: Sample, answer: Completion) -> None:
        with self._changed:
            self._pending += 1
        prompt = sample.task.prompt
        submit = self._judge.submit_program if answer.is_program else self._judge.submit_completion
        judged = submit(prompt, answer.text)
        if self._lints is None:
            judged.add_done_callback(lambda _: self._finish(sample, judged, None))
        else:
            linted = self._lints.follow_completion(prompt, judged)
            linted.add_done_callback(lambda _: self._finish(sample, judged, linted))

    def _wait_until_pending(self, most: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._pending <= most or self._failure is not None)

    def _finish(
        self, sample: Sample, judged: Future[SampleJudgment], linted: Future[LintReport | None] | None
    ) -> None:
        """Write a sample down at once. Runs on workers, where nobody would see an exception."""
        failure = None
        if not judged.cancelled():
            try:
                judgment = judged.result()
                metrics = measure_code(judgment.strict_text, parses=judgment.parses)
                lint = None if linted is None else linted.result()
                has_tests = sample.task.prompt.judge is JudgeMode.TESTS
                self._keep(sample, Judged.of(judgment, metrics, lint, has_tests=has_tests))
            except BaseException as error:  # raised again where the run can stop
                failure = error
        with self._changed:
            self._pending -= 1
            self._failure = self._failure or failure
            self._changed.notify_all()

    def _keep(self, sample: Sample, judged: Judged | None) -> None:
        refused = None if isinstance(sample.answer, Completion) else sample.answer.cause
        with self._lock:
            record = SampleRecord(
                prompt_id=sample.task.prompt.id,
                index=sample.task.index,
                seed=sample.task.seed,
                elapsed_seconds=self._earlier_seconds + time.perf_counter() - self._started,
                completion=sample.answer if isinstance(sample.answer, Completion) else None,
                judged=judged,
                refused=refused,
            )
            self._journal.append(record)
            self.records.append(record)
            self._observer.judged(record)

    def raise_failure(self) -> None:
        """Raise what went wrong on a worker, if anything did: a full disk must not look like a finished run."""
        if self._failure is not None:
            raise self._failure


def gather_crates(
    toolchain: Toolchain,
    suites: Sequence[Suite],
    externs: Sequence[Extern],
    announce: Callable[[str], None],
) -> Crates:
    """Build what *suites* promise, unless it is built, and add what the user gives. What cannot be built is missing.

    Raises:
        UsageError: A library of the user's is no good, or two different ones have one name.
        NotReadyError: Nothing can be kept in the cache of the user's libraries.
    """
    parts = []
    for suite in suites:
        if suite.crates is not None:
            try:
                parts.append(build_crates(toolchain, suite.crates, announce=announce))
            except NotReadyError as failure:
                parts.append(absent_crates(suite.crates, failure))
    return join_crates([*parts, load_externs(toolchain, externs)])


def missing_crate_notes(crates: Crates) -> tuple[str, ...]:
    """Say of each crate that was promised and is missing what that means."""
    return tuple(
        f"crate {crate.name} is missing, and samples that use it stay unjudged: {crate.reason}"
        for crate in crates.missing
    )


def require_tests(judge: Judge, prompts: Sequence[Prompt]) -> None:
    """See that the hidden tests of *prompts* can be run here, before hours are spent on answers to them.

    Raises:
        NotReadyError: They cannot; one line says why.
    """
    if any(prompt.judge is JudgeMode.TESTS for prompt in prompts):
        fault = find_testing_fault(judge)
        if fault is not None:
            judge.close()
            raise NotReadyError(f"hidden tests cannot be run here: {fault}")
        judge.prepare(prompts)


def require_lint_tools(toolchain: Toolchain, name: str | None) -> None:
    """See that *toolchain*, which rustup knows by *name*, can lint.

    Raises:
        NotReadyError: Naming what is missing and what installs it.
    """
    missing = missing_lint_tools(toolchain)
    if missing:
        which = "" if name is None else f" --toolchain {name}"
        raise NotReadyError(
            f"--lint: {' and '.join(missing)} missing for rustc {toolchain.version}; "
            f"run: rustup component add{which} {' '.join(missing)}"
        )


def check_output(path: Path, run_dir: Path | None) -> None:
    """Find out before any work what would make the results unwritable, or destroy what lies in the run folder.

    Raises:
        UsageError: It means no file, or one of the run folder's own. One line that names the flag.
        NotReadyError: Its folder cannot be written to.
    """
    try:
        folder = path.absolute().parent
        own = (JOURNAL_FILE, CONFIG_FILE)
        if run_dir is not None and path.name in own and folder.resolve() == run_dir.resolve():
            raise UsageError(f"--output {path}: is a file of the run folder itself; name another")
        if path.is_dir():
            raise UsageError(f"--output {path}: is a folder; expected a file name")
        if not folder.is_dir():
            raise UsageError(f"--output {path}: the folder {folder} does not exist")
        if not os.access(folder, os.W_OK):
            raise NotReadyError(f"--output {path}: the folder {folder} cannot be written to")
    except OSError as error:
        raise UsageError(f"--output {path}: {error.strerror}") from error


def _open_ready(settings: RunSettings, suites: Sequence[Suite]) -> ReadyModel | None:
    """Read the completions of a run whose completions are ready; None where a model is to draw them."""
    if settings.model.kind != "file":
        return None
    from ferrobench.models.ready import open_ready

    drawing = [
        (field.name, getattr(settings.sampling, field.name), field.default)
        for field in fields(SamplingSettings)
    ]
    for name, value, default in (*drawing, ("batch_size", settings.batch_size, None)):
        if value != default:
            raise UsageError(
                f"--{name.replace('_', '-')} {value}: has no meaning for ready completions; leave it out"
            )
    return open_ready(settings.model, suites)


def _plan(
    settings: RunSettings, prompts: Sequence[Prompt], ready: ReadyModel | None
) -> tuple[tuple[SampleTask, ...], RunPlan]:
    """Plan the whole run, whatever the shard."""
    if ready is None:
        whole = plan_samples(prompts, settings.counts, settings.seed)
    else:
        whole = plan_ready(prompts, settings.counts, ready.counts, settings.seed)
    counts = Counter(task.prompt.id for task in whole)
    return whole, RunPlan.of(prompts, counts, choose_ks(settings.ks, counts, settings.needed_ks))


def _take_shard(
    settings: RunSettings, whole: tuple[SampleTask, ...], ks: tuple[int, ...]
) -> tuple[tuple[SampleTask, ...], tuple[int, ...]]:
    """The samples of the shard that was asked for, and those of *ks* for which it has enough of each prompt."""
    if settings.shard is None:
        return whole, ks
    tasks = settings.shard.part_of(whole)
    if not tasks:
        raise UsageError(f"--shard {settings.shard}: has no samples; the whole run has {len(whole)}")
    counts = Counter(task.prompt.id for task in tasks)
    # A threshold that only the whole run could meet would fail every shard.
    choose_ks(None, counts, settings.needed_ks)
    return tasks, tuple(k for k in ks if k <= min(counts.values()))


def _resume(
    settings: RunSettings, resolved: dict[str, Any], model: Backend, plan: RunPlan
) -> tuple[Path, dict[str, Any]]:
    """Find the run to go on with, and take over its thread count, which is part of what makes samples repeatable."""
    wanted = dict(resolved)
    del wanted["judge"]  # both modes say the same
    if settings.model.threads is None:
        del wanted["threads"]
    run_dir = find_resumable(settings.run_dir, parent=RUNS_FOLDER, settings=wanted)
    config = read_config(run_dir)
    stored = config["settings"]
    now = {"judge": resolved["judge"], "crates": resolved["crates"]}
    if stored.get("judge") != now["judge"]:
        now["judge"] = MIXED_MODES
    planned = plan.model_dump(mode="json")
    if any(stored.get(key) != value for key, value in now.items()) or config.get("plan") != planned:
        stored |= now
        config["plan"] = planned
        write_json(run_dir / CONFIG_FILE, config)
    threads = config["settings"].get("threads")
    if isinstance(threads, int) and 1 <= threads <= THREADS_LIMIT:
        model.use_threads(threads)
    return run_dir, config


def _distinct_prompts(suites: Sequence[Suite], limit: int | None) -> tuple[Prompt, ...]:
    names = [suite.name for suite in suites]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--suite: two suites are named {name}; their prompts could not be told apart")
    return select_prompts(suites, limit)


def _check_model(model: Backend, settings: RunSettings, prompts: Sequence[Prompt]) -> None:
    """Refuse what the model cannot do, before anything is drawn."""
    model.refuse_settings(settings.sampling, settings.batch_size)
    if settings.bpb is not None and not isinstance(model, ScoresText):
        raise UsageError(
            f"--bpb {settings.bpb}: {model.label} does not tell how likely a given text is; expected a model that runs on "
            "this machine"
        )
    refusals = [model.refuses(prompt.text) for prompt in prompts]
    if all(refusals):
        raise UsageError(
            f"no prompt can be completed by this model; the first: {prompts[0].id}: {refusals[0]}"
        )


def _score(model: Backend, text: HeldOutText | None, observer: Observer) -> dict[str, Any]:
    """What a config keeps of a held-out text. The model is asked once a run, which takes seconds to minutes."""
    if text is None or not isinstance(model, ScoresText):  # which was refused
        return {}
    observer.preparing(f"scoring {text.name} ({text.num_bytes:,} bytes)")
    return {BITS_PER_BYTE: bits_per_byte(text, model.score_text(text.text)).model_dump(mode="json")}


def decide_settings(settings: RunSettings) -> dict[str, Any]:
    """Check all that needs neither a model nor a compiler, and lay out what it decides of the settings of a run.

    These are the settings that runs of different checkpoints have in common when they are given the same flags.

    Raises:
        HarnessError: One line that says what is wrong.
    """
    suites = tuple(load_suite(name) for name in settings.suites)
    prompts = _distinct_prompts(suites, settings.counts.limit)
    measuring = _Measuring.of(settings)
    whole, _ = _plan(settings, prompts, _open_ready(settings, suites))
    return _decided(settings, suites, prompts, len(whole), measuring)


def _decided(
    settings: RunSettings,
    suites: Sequence[Suite],
    prompts: Sequence[Prompt],
    num_samples: int,
    measuring: _Measuring,
) -> dict[str, Any]:
    return {
        "suites": [
            {"name": suite.name, "version": suite.version, "content_hash": suite.content_hash}
            for suite in suites
        ],
        "prompts": [prompt.id for prompt in prompts],
        "n_samples": num_samples,
        "shard": None if settings.shard is None else str(settings.shard),
        "bpb": None if measuring.held_out is None else measuring.held_out.sha256,
        "sampling": {} if settings.model.kind == "file" else asdict(settings.sampling),
        "seed": settings.seed,
        "end_token": settings.model.end_token,
        "prelude": not settings.bare,
        "edition": settings.edition,
        "lint": settings.lint,
        "assist": settings.assist,
    }


def _resolve(
    settings: RunSettings, *, model: Backend, toolchain: Toolchain, sandbox: Sandbox, crates: Crates
) -> dict[str, Any]:
    """Lay out what only the model and this machine decide of a sample and its verdict: it must be the same to resume a run."""
    info = model.info
    return {
        "prompt_style": info.prompt_style.value,
        "tokenizer": info.tokenizer,
        "device": info.device,
        "dtype": info.dtype,
        "threads": info.threads,
        "toolchain": toolchain.version,
        "limits": asdict(Limits()),
        "run_limits": asdict(RunLimits()),
        "crates": crates.record(),
        "judge": settings.judge,
        "sandbox": sandbox.tier.value,
    }


def _config(
    settings: RunSettings,
    resolved: dict[str, Any],
    *,
    prompts: Sequence[Prompt],
    plan: RunPlan,
    model: Backend,
    toolchain: Toolchain,
) -> dict[str, Any]:
    """Lay out everything that was resolved, what only affects speed and place included."""
    info = model.info
    return {
        "schema_version": SCHEMA_VERSION,
        "ferrobench_version": ferrobench.__version__,
        "created": datetime.now(UTC).isoformat(),
        "settings": resolved,
        "plan": plan.model_dump(mode="json"),
        "label": model.label,
        "warnings": list(model.warnings),
        "batch_size": settings.batch_size,
        "metrics": settings.metrics,
        "model": asdict(info) | {"libraries": dict(info.libraries), "details": dict(info.details)},
        "host": toolchain.host,
        "libraries": {name: metadata.version(name) for name in ("tree-sitter", "tree-sitter-rust")},
        "machine": describe_machine(),
        "prompt_texts": {prompt.id: prompt.text for prompt in prompts},
        "model_inputs": {prompt.id: model.model_input(prompt.text) for prompt in prompts},
    }


def _record_learnt(run_dir: Path, config: dict[str, Any], model: Backend) -> None:
    """Add to a run's configuration what its model said of itself only as it answered, in this sitting or an earlier one."""
    before = json.dumps(config)
    config["warnings"] = list(dict.fromkeys((*config.get("warnings", ()), *model.warnings)))
    stored = config.get("model")
    if isinstance(stored, dict):  # else it is of a version that did not write it
        details = stored.get("details", {})
        for key, value in model.info.details.items():
            known = details.get(key)
            both = isinstance(value, list) and isinstance(known, list)
            details[key] = sorted({*known, *value}) if both else value
        stored["details"] = details
    if json.dumps(config) != before:
        write_json(run_dir / CONFIG_FILE, config)


def _check_journal(run_dir: Path, finished: Sequence[SampleRecord], tasks: Sequence[SampleTask]) -> None:
    planned = {(task.prompt.id, task.index) for task in tasks}
    for record in finished:
        if (record.prompt_id, record.index) not in planned:
            raise InputError(
                f"{run_dir / JOURNAL_FILE}: has sample {record.index} of {record.prompt_id}, which this run does not plan"
            )


def check_share(max_unjudged: float) -> None:
    """See that ``--max-unjudged`` is a percentage.

    Raises:
        UsageError: It is none.
    """
    if not 0.0 <= max_unjudged <= 100.0:
        raise UsageError(f"--max-unjudged {max_unjudged}: expected a percentage from 0 to 100")


def unjudged_failure(record: RunRecord, max_unjudged: float) -> str | None:
    """Say why the figures should not be used where more samples are unjudged than *max_unjudged* percent; else None."""
    if record.unjudged is None or not record.unjudged.count:
        return None
    share = 100.0 * (record.unjudged.count - record.unjudged.suite) / record.total_samples
    if share <= max_unjudged:
        return None
    ours = {cause: count for cause, count in record.unjudged.causes.items() if not is_suite_fault(cause)}
    cause = max(ours.items(), key=lambda item: item[1])[0]
    return (
        f"{share:.1f} % of the samples are unjudged (at most {max_unjudged:g} % may be); most often: {cause}"
    )


__all__ = [
    "Interrupted",
    "LintPool",
    "Observer",
    "Outcome",
    "RunSettings",
    "check_output",
    "check_share",
    "decide_settings",
    "gather_crates",
    "missing_crate_notes",
    "require_lint_tools",
    "require_tests",
    "run_benchmark",
    "unjudged_failure",
]
