"""What can still be told of a run from the original tool's results file: the first of its texts are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import METRIC, Answer, diagnose
from ferrobench.results.summarize import OUTPUT_CHARACTERS, with_collapse

if TYPE_CHECKING:
    from ferrobench.results.run_record import RunRecord


def examine_original(record: RunRecord) -> RunRecord:
    """Add to the original tool's record whether the model has collapsed, as far as its sample outputs show it.

    It keeps three samples of each prompt, each cut at 200 characters. A record of ours stays as it is.
    """
    if record.schema_version is not None or record.metrics:
        return record
    answers = [
        Answer.of_output(
            prompt.prompt, output, cut_at=OUTPUT_CHARACTERS, prompt_id=prompt.prompt, index=index
        )
        for prompt in record.samples_by_prompt
        for index, output in enumerate(prompt.sample_outputs)
    ]
    if not answers:
        return record
    metrics = {METRIC.name: diagnose(answers).model_dump(mode="json")}
    return record.model_copy(update={"metrics": metrics, "warnings": with_collapse(record.warnings, metrics)})
