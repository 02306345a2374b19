"""``ferrobench run``: benchmark one model."""

from __future__ import annotations

import re
from functools import wraps
from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.evaluate import RunSettings
    from ferrobench.results import RunRecord
    from ferrobench.trackers import TrackerSpec

EXIT_THRESHOLD_MISSED = 1
EXIT_FAILED = 3
EXIT_INTERRUPTED = 130
DEFAULT_METRIC = "compile_success_rate"
_AT_K = re.compile(r"(pass|compile)@([1-9][0-9]{0,8})")

Flag = Parameter(negative="", show_default=False)


class Asked(NamedTuple):
    """What the flags of ``ferrobench run`` come to."""

    settings: RunSettings
    thresholds: list[tuple[str, float]]
    """Metrics that must not be lower, in percent."""
    trackers: tuple[TrackerSpec, ...]
    """Where to log the figures too."""
    json: bool


def read_flags(
    *,
    checkpoint: Path | None = None,
    model: str | None = None,
    step: int | None = None,
    suite: Annotated[list[str] | None, Parameter(negative="")] = None,
    n_samples: int | None = None,
    samples_per_prompt: int | None = None,
    limit: int | None = None,
    temperature: float = 0.8,
    top_k: int | None = None,
    top_p: float = 1.0,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    presence_penalty: float = 0.0,
    no_repeat_ngram: int = 0,
    max_tokens: int = 200,
    stop: Literal["none", "item"] = "none",
    logprobs: Annotated[bool, Flag] = False,
    bpb: Path | None = None,
    seed: int = 0,
    shard: str | None = None,
    prompt_style: Literal["auto", "completion", "chat", "fim"] = "auto",
    device: str = "auto",
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto",
    threads: int | None = None,
    batch_size: int | None = None,
    tokenizer: Path | None = None,
    end_token: str | None = None,
    softcap: float | None = None,
    adapter: Path | None = None,
    base_url: str | None = None,
    concurrency: int = 16,
    samples_per_request: int = 1,
    max_requests: int | None = None,
    request_timeout: float = 120.0,
    retries: int = 5,
    bare: Annotated[bool, Flag] = False,
    edition: Literal["2015", "2018", "2021", "2024"] = "2021",
    toolchain: str | None = None,
    judge: Literal["fast", "exact"] = "fast",
    lint: Annotated[bool, Flag] = False,
    assist: Annotated[bool, Flag] = False,
    k: str | None = None,
    metrics: str = "default",
    training_text: Path | None = None,
    extern: Annotated[list[str] | None, Parameter(negative="")] = None,
    jobs: int | None = None,
    sandbox: Literal["auto", "none"] = "auto",
    output: Path | None = None,
    run_dir: Path | None = None,
    resume: str | None = None,
    fail_under: Annotated[list[str] | None, Parameter(negative="")] = None,
    max_unjudged: float = 5.0,
    track: Annotated[list[str] | None, Parameter(negative="")] = None,
    json: Annotated[bool, Flag] = False,
) -> Asked:
    """Sample completions from a model, judge each with rustc and hidden tests, and report.

    Parameters
    ----------
    checkpoint
        A checkpoint (nanochat-rs, nanochat or Hugging Face), or a folder of several (then the newest). Default: the demo.
    model
        hf:NAME, vllm:NAME, openai:NAME or file:COMPLETIONS, instead of a checkpoint. With file:, ready completions are
        judged: all that there are for the suite, in any format that ferrobench judge reads, or a run folder.
    step
        Of a folder of steps, this one.
    suite
        Name, folder or file of a suite, or hf:OWNER/NAME/CONFIG; may be given several times. Default: seed.
    n_samples
        Samples in total over all prompts. Default: 100.
    samples_per_prompt
        Samples of each prompt, instead of a total; of ready completions, the first of each prompt.
    limit
        Only the first so many prompts.
    temperature
        0 is greedy.
    top_k
        Only the k most likely tokens take part; 0 is all. Default: 50, of an endpoint 0.
    top_p
        Of those, the smallest set that reaches this probability.
    min_p
        Of those, the ones at least this many times as likely as the likeliest.
    repetition_penalty
        Divides the logits of tokens that are there already, in the prompt too; 1 is none.
    presence_penalty
        Subtracted from the logits of tokens that the completion has already.
    no_repeat_ngram
        No n-gram of this length comes twice; 0 allows all.
    max_tokens
        New tokens a sample may have.
    stop
        item: end a completion where the item that the prompt began is complete, which saves most of the tokens.
    logprobs
        Keep the log-probability of each token, and the entropy where the model is on this machine.
    bpb
        A file of Rust text that the model has not learned from: also tell how many bits a byte of it costs.
    seed
        Same seed, same samples.
    shard
        I/N: only the I-th of N parts of the samples, the same as in the whole run; ferrobench merge puts them together.
    prompt_style
        completion gives the bare prompt, chat asks for it in a message, fim leaves a hole. Default: what the model is for.
    device
        auto, cpu, cuda or cuda:N.
    dtype
        Of the arithmetic. Default: float32 on a CPU, bfloat16 on CUDA where the kind allows it.
    threads
        CPU threads of the model. Default: 1 for a small model, else the cores, at most 4.
    batch_size
        Samples decoded at once. Default: what suits the model. Changes speed; of our own kinds, never samples.
    tokenizer
        A tokenizer.json, or a tokenizer.pkl of nanochat. Default: the one beside or above the checkpoint.
    end_token
        Token that ends a text. Default: <|endoftext|>, else <eos>; of nanochat any special token.
    softcap
        Of the logits of a nanochat checkpoint that does not tell (15 or 20).
    adapter
        A PEFT adapter for a Hugging Face model.
    base_url
        Of an endpoint. Default: OPENAI_BASE_URL. Its key comes from OPENAI_API_KEY and from nowhere else.
    concurrency
        Requests to an endpoint at once.
    samples_per_request
        Samples of one prompt in one request; with more than 1, the seed belongs to the request.
    max_requests
        Requests that an endpoint may get, repeated ones counted too; what is left over stays unjudged.
    request_timeout
        Seconds that an endpoint may take for one request.
    retries
        Of one request that failed, with growing pauses.
    bare
        Leave out the prompts' preludes, for figures comparable with the original tool's.
    edition
        Rust edition of all samples.
    toolchain
        A toolchain that rustup knows, such as 1.85 or nightly. Default: the one that rustc stands for.
    judge
        fast compiles many samples in one rustc, exact each in one of its own. They say the same.
    assist
        Also judge answers after named repairs, such as a renamed entry point or a missing use std::…
    lint
        Ask clippy and rustfmt about the extracted samples too. Some 50 ms each: more than judging them.
    k
        For which k to estimate pass@k, such as 1,10. Default: those of 1, 5, 10, 100 that the samples per prompt allow.
    metrics
        default, all, none, or names with commas between them; ferrobench explain lists them.
    training_text
        Some of what the model was trained on: copies of it are found, and its tokens compared with the samples'.
    extern
        NAME=PATH: a library that samples may use, an .rlib; may be given several times.
    jobs
        rustc processes at once. Default: the cores.
    sandbox
        auto takes the strongest that works here; none compiles samples with your rights.
    output
        Results file. Default: benchmark_results.json.
    run_dir
        Run folder to make. Default: runs/<UTC time>-<checkpoint>.
    resume
        Go on with the newest unfinished run of these settings, or with --resume DIR.
    fail_under
        [METRIC=]PERCENT: exit code 1 when the metric is lower. Default metric: compile_success_rate.
    max_unjudged
        Percent of samples we may fail to judge before the exit code is 3; faults of a suite and prompts that
        the model has no room for do not count.
    track
        tensorboard:DIR, wandb:PROJECT, mlflow:EXPERIMENT or trackio:PROJECT: also log the figures there, at the checkpoint's
        step; may be given several times.
    json
        Print the results as JSON on stdout, and the summary on stderr.
    """
    from ferrobench.evaluate import RunSettings
    from ferrobench.generation import SampleCounts, parse_ks, parse_shard
    from ferrobench.judging import parse_extern
    from ferrobench.models import ModelRequest, SamplingSettings

    thresholds = _parse_thresholds(fail_under or [])
    folder, resuming = _resume_folder(resume, run_dir)
    trackers = tuple(_parse_track(track or [], shard))
    settings = RunSettings(
        model=ModelRequest(
            checkpoint=checkpoint,
            model=model,
            step=step,
            tokenizer=tokenizer,
            end_token=end_token,
            device=device,
            dtype=dtype,
            threads=threads,
            prompt_style=prompt_style,
            softcap=softcap,
            adapter=adapter,
            base_url=base_url,
            concurrency=concurrency,
            samples_per_request=samples_per_request,
            max_requests=max_requests,
            request_timeout=request_timeout,
            retries=retries,
        ),
        suites=tuple(suite or ("seed",)),
        counts=SampleCounts(n_samples=n_samples, samples_per_prompt=samples_per_prompt, limit=limit),
        sampling=SamplingSettings(
            temperature=temperature,
            # An endpoint's servers differ in what they know beside OpenAI's own parameters: nothing is sent unasked.
            top_k=top_k if top_k is not None else 0 if (model or "").startswith("openai:") else 50,
            top_p=top_p,
            min_p=min_p,
            repetition_penalty=repetition_penalty,
            presence_penalty=presence_penalty,
            no_repeat_ngram=no_repeat_ngram,
            max_tokens=max_tokens,
            stop=stop,
            logprobs=logprobs,
        ),
        bpb=bpb,
        seed=seed,
        shard=None if shard is None else parse_shard(shard),
        batch_size=batch_size,
        bare=bare,
        edition=edition,
        toolchain=toolchain,
        jobs=jobs,
        judge=judge,
        externs=tuple(parse_extern(text) for text in extern or ()),
        lint=lint,
        assist=assist,
        metrics=metrics,
        training_text=training_text,
        ks=None if k is None else parse_ks(k),
        needed_ks=tuple(int(at_k[2]) for metric, _ in thresholds if (at_k := _AT_K.fullmatch(metric))),
        sandbox=sandbox,
        **({"output": output} if output is not None else {}),
        run_dir=folder,
        resume=resuming,
        max_unjudged=max_unjudged,
    )
    return Asked(settings, thresholds, trackers, json)


@wraps(read_flags)
def run(**flags: Any) -> int:
    """Read the flags, which are those of :func:`read_flags`, and run."""
    from ferrobench.cli.console import RunProgress, make_console
    from ferrobench.evaluate import Interrupted, run_benchmark
    from ferrobench.reports import print_summary

    settings, thresholds, trackers, json = read_flags(**flags)
    errors = make_console(stderr=True)
    with RunProgress(errors) as progress:
        try:
            outcome = run_benchmark(settings, progress)
        except Interrupted as interrupted:
            progress.close()
            errors.print(
                f"stopped: {interrupted}; go on with the same command and --resume {interrupted.run_dir}",
                soft_wrap=True,
            )
            return EXIT_INTERRUPTED
    if json:
        print(outcome.record.model_dump_json(indent=2))  # noqa: T201 - what was asked for
    print_summary(outcome.record, errors if json else make_console())
    _say_where(settings, outcome.run_dir, to_stderr=json)
    missed = _missed(thresholds, outcome.record)
    for line in missed:
        errors.print(line, soft_wrap=True)
    if outcome.failure is not None:
        # Nor are its figures logged: they should not be used.
        errors.print(f"ferrobench: {outcome.failure}", soft_wrap=True)
        return EXIT_FAILED
    _track(trackers, outcome.record, to_stderr=json)
    return EXIT_THRESHOLD_MISSED if missed else 0


def _resume_folder(resume: str | None, run_dir: Path | None) -> tuple[Path | None, bool]:
    from pathlib import Path

    from ferrobench.errors import UsageError

    if resume is None:
        return run_dir, False
    if run_dir is not None and resume and Path(resume) != run_dir:
        raise UsageError(f"--resume {resume} and --run-dir {run_dir} name two folders; give one")
    return (Path(resume) if resume else run_dir), True


def _parse_track(texts: list[str], shard: str | None) -> list[TrackerSpec]:
    """Read where to log to, and see that it can be logged to, before anything is sampled."""
    from ferrobench.errors import UsageError
    from ferrobench.trackers import parse_spec, require_tracker

    if texts and shard is not None:
        raise UsageError(
            "--track: a shard is only a part of a run; log what ferrobench merge makes of all of them"
        )
    specs = [parse_spec(text, "--track") for text in texts]
    for spec in specs:
        require_tracker(spec)
    return specs


def _track(specs: Sequence[TrackerSpec], record: RunRecord, *, to_stderr: bool) -> None:
    """Log a finished run. It is on disk, so a tracker that fails costs nothing but its line."""
    from ferrobench.cli.console import make_console
    from ferrobench.errors import HarnessError
    from ferrobench.reports import printable
    from ferrobench.trackers import NOT_LOGGED, log_records

    for spec in specs:
        try:
            for logged in log_records([record], spec):
                for line in logged.lines:
                    make_console(stderr=to_stderr).print(printable(line), soft_wrap=True)
                if logged.kept:
                    make_console(stderr=True).print(
                        f"note: {spec} has step {logged.kept[0]} of an earlier run and keeps it; "
                        "ferrobench track --name logs this one apart",
                        soft_wrap=True,
                    )
        except HarnessError as error:
            make_console(stderr=True).print(
                f"{NOT_LOGGED}{printable(str(error))}; try again with ferrobench track", soft_wrap=True
            )


def _parse_thresholds(texts: list[str]) -> list[tuple[str, float]]:
    from ferrobench.errors import UsageError
    from ferrobench.generation import shorten
    from ferrobench.results import RunRecord

    rates = [
        *sorted(
            name
            for name in RunRecord.model_fields
            if name.startswith("compile_success_rate") and "interval" not in name
        ),
        "pass_rate",
        "pass@K",
        "compile@K",
    ]
    thresholds = []
    for text in texts:
        metric, _, value = text.rpartition("=")
        metric = metric or DEFAULT_METRIC
        if metric not in rates and not _AT_K.fullmatch(metric):
            raise UsageError(
                f"--fail-under {shorten(text)}: unknown metric {shorten(metric)}; expected one of {', '.join(rates)}"
            )
        try:
            percent = float(value.removesuffix("%"))
        except ValueError:
            percent = -1.0
        if not 0.0 <= percent <= 100.0:
            raise UsageError(f"--fail-under {shorten(text)}: expected a percentage from 0 to 100")
        thresholds.append((metric, percent))
    return thresholds


def _missed(thresholds: list[tuple[str, float]], record: RunRecord) -> list[str]:
    lines = []
    for metric, percent in thresholds:
        value = _value(record, metric)
        if value is None or value < percent:
            found = "not measured" if value is None else f"{value:.1f} %"
            lines.append(f"below the threshold: {metric} is {found}, asked for {percent:g} %")
    return lines


def _value(record: RunRecord, metric: str) -> float | None:
    if metric == "pass_rate":
        return None if record.tests is None else record.tests.pass_rate
    if (at_k := _AT_K.fullmatch(metric)) is not None:
        estimates = None if record.at_k is None else record.at_k.extracted
        if estimates is None:
            return None
        figures = estimates.pass_at_k if at_k[1] == "pass" else estimates.compile_at_k
        return next((figure.value for figure in figures if figure.k == int(at_k[2])), None)
    rate: float | None = getattr(record, metric)
    return rate


def _say_where(settings: RunSettings, run_dir: Path, *, to_stderr: bool) -> None:
    from ferrobench.cli.console import make_console

    make_console(stderr=to_stderr).print(f"\nResults: {settings.output} and {run_dir}", soft_wrap=True)
