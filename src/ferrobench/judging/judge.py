"""Judges samples end to end: assemble, extract, compile, for each reading.

Three answers come out for a completion. *As generated* is the seed's own measure, rustc's bare word on prompt plus
completion. *Strict* is the same text as a verdict, in which an answer that adds nothing is no answer. *Extracted* is what is
left after the unfinished tail is cut. A text that is the same in two of them is compiled once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import assemble
from ferrobench.judging.compile import Compiler, RustcCompiler
from ferrobench.judging.extract import extract
from ferrobench.judging.process import run_limited
from ferrobench.judging.tokens import has_tokens
from ferrobench.judging.verdict import Empty, Judgment, Unjudged, is_compiled, text_parses
from ferrobench.machine import available_cores

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

    from ferrobench.judging.process import Limits, Runner
    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts.prompt import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleJudgment:
    """What judging concluded about one completion, in each reading."""

    as_generated: Judgment
    """The seed's measure: rustc's bare word on prompt plus completion, however little was added."""
    strict: Judgment
    extracted: Judgment
    strict_text: str
    """Prompt plus completion."""
    extracted_text: str | None
    """A beginning of the strict text; None where nothing of the model is left."""
    extraction: tuple[str, ...]
    """The names of the rules that made the extracted text, in order."""

    @property
    def compiles_as_generated(self) -> bool | None:
        """The seed's measure of success; None when it was not judged."""
        return is_compiled(self.as_generated)

    @property
    def parses(self) -> bool:
        """Whether prompt plus completion is known to be a Rust file as far as its syntax goes."""
        return text_parses(self.as_generated)


class Judge:
    """Says what rustc says of texts, many at a time.

    Use it as a context manager: leaving it drops what has not begun and waits for what has. Safe to use from many threads.
    """

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str = "2021",
        limits: Limits | None = None,
        jobs: int | None = None,
        bare: bool = False,
        runner: Runner = run_limited,
        compiler: Compiler | None = None,
    ) -> None:
        """Set up judging; no process is started yet.

        Args:
            toolchain: The rustc that judges.
            edition: The edition of all samples.
            limits: What each rustc may use.
            jobs: How many rustc run at the same time; by default, as many as there are cores for us.
            bare: Leave the prompts' preludes out, for figures that are comparable with the original's.
            runner: How each rustc is started; a sandbox's, or with the caller's rights.
            compiler: What judges in place of one rustc process per program. All that rustc is started with is its own
                business then.
        """
        self._compiler = compiler or RustcCompiler(toolchain, edition=edition, limits=limits, runner=runner)
        self._bare = bare
        self._pool = ThreadPoolExecutor(max_workers=jobs or available_cores(), thread_name_prefix="judge")

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def judge_code(self, code: str, prelude: str = "") -> Judgment:
        """Judge a whole program as it is, with *prelude* in scope. One without a single token is :class:`Empty`."""
        if not has_tokens(code):
            return Empty()
        return self._compiler.compile(assemble(code, "" if self._bare else prelude))

    def judge_completion(self, prompt: Prompt, completion: str) -> SampleJudgment:
        """Judge what a model wrote after *prompt*, in each reading."""
        prelude = "" if self._bare else prompt.prelude
        text = prompt.text + completion
        as_generated = self._compiler.compile(assemble(text, prelude))
        extraction = extract(prompt.text, completion, prompt_complete=prompt.complete)
        adds_nothing = not has_tokens(completion) or (prompt.complete and extraction.text is None)
        strict = as_generated
        # Unjudged stays unjudged: the seed's measure is missing then, and only one count of such samples is kept.
        if adds_nothing and not isinstance(as_generated, Unjudged):
            strict = Empty()
        if extraction.text is None or adds_nothing:
            extracted: Judgment = Empty()
        elif extraction.text == text:
            extracted = as_generated
        else:
            extracted = self._compiler.compile(assemble(extraction.text, prelude))
        return SampleJudgment(
            as_generated=as_generated,
            strict=strict,
            extracted=extracted,
            strict_text=text,
            extracted_text=None if isinstance(extracted, Empty) else extraction.text,
            extraction=extraction.rules,
        )

    def submit_code(self, code: str, prelude: str = "") -> Future[Judgment]:
        """Judge a whole program in the background."""
        return self._pool.submit(self.judge_code, code, prelude)

    def submit_completion(self, prompt: Prompt, completion: str) -> Future[SampleJudgment]:
        """Judge a completion in the background."""
        return self._pool.submit(self.judge_completion, prompt, completion)
