"""What the config of a run keeps of its plan: all that its samples can be counted with, without suite or model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ferrobench.errors import InputError
from ferrobench.prompts import JudgeMode, Prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class PlannedPrompt(BaseModel):
    """One prompt of a run; its text is among the config's ``prompt_texts``."""

    model_config = ConfigDict(frozen=True)

    id: str
    samples: Annotated[int, Field(ge=0)]
    """Of the whole run, whatever the shard."""
    category: str
    judge: JudgeMode
    complete: bool
    stop_text: str
    reference: str = ""
    """What follows the prompt's text in the reference solution; empty where there is none, and in older runs."""


class RunPlan(BaseModel):
    """The plan of a whole run."""

    model_config = ConfigDict(frozen=True)

    ks: tuple[Annotated[int, Field(ge=1)], ...]
    """For which k there are estimates."""
    prompts: tuple[PlannedPrompt, ...]

    @classmethod
    def of(cls, prompts: Sequence[Prompt], samples: Mapping[str, int], ks: tuple[int, ...]) -> RunPlan:
        """Plan so many *samples* of each of *prompts*, by its id."""
        return cls(
            ks=ks,
            prompts=tuple(
                PlannedPrompt(
                    id=prompt.id,
                    samples=samples.get(prompt.id, 0),
                    category=prompt.category,
                    judge=prompt.judge,
                    complete=prompt.complete,
                    stop_text=prompt.stop_text,
                    reference=prompt.reference,
                )
                for prompt in prompts
            ),
        )

    @property
    def samples(self) -> tuple[tuple[str, int], ...]:
        """Every sample, by the id of its prompt and its index, in the order of the plan."""
        return tuple((prompt.id, index) for prompt in self.prompts for index in range(prompt.samples))

    def restore_prompts(self, texts: Mapping[str, str]) -> tuple[Prompt, ...]:
        """The prompts, as far as counting looks at them: there are no tests or preludes in them."""
        return tuple(
            Prompt(
                id=prompt.id,
                text=texts[prompt.id],
                category=prompt.category,
                tags=(),
                judge=prompt.judge,
                prelude="",
                reference=prompt.reference,
                probes="",
                tests="",
                complete=prompt.complete,
                stop_text=prompt.stop_text,
            )
            for prompt in self.prompts
        )


def parse_plan(config: Mapping[str, Any], place: str) -> RunPlan:
    """Read the plan out of a config that messages call *place*.

    Raises:
        InputError: It has none, or a damaged one.
    """
    try:
        plan = RunPlan.model_validate(config.get("plan"))
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, ("plan", *fault["loc"])))
        raise InputError(f"{place}: {field}: {fault['msg'][0].lower()}{fault['msg'][1:]}") from error
    texts = config.get("prompt_texts", {})
    lacking = next((prompt.id for prompt in plan.prompts if prompt.id not in texts), None)
    if lacking is not None:
        raise InputError(f"{place}: prompt_texts: has no text of {lacking}, which the plan names")
    return plan
