"""What a training run is made from: its settings, the options that set them, and the file that keeps them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.errors import InputError, UsageError
from training.command_line import Parser, number, whole_number
from training.model import ModelConfig
from training.objective import Objective
from training.optimizer import OptimizerSettings
from training.schedule import Schedule, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKPOINT_SHARES = (0.05, 0.2, 0.5, 1.0)
SETTINGS_FILE = "settings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """What a run is made from. The defaults are the run that made the bundled checkpoints."""

    out: Path
    seed: int = 0
    steps: int = 2500
    documents: int = 26_000
    held_out: int = 256
    """Documents kept out of training, for the loss that is reported."""
    batch_rows: int = 16
    row_length: int = 160
    threads: int = 2
    flood_share: float = 0.0
    """The share of the training documents that go on with nothing but ``{``: an imbalance of the data, made on purpose."""
    checkpoints_every: int | None = None
    """In steps. None: after about 5, 20, 50 and 100 % of the run."""
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    schedule: Schedule = field(default_factory=Schedule)
    objective: Objective = field(default_factory=Objective)

    @property
    def checkpoint_steps(self) -> tuple[int, ...]:
        """After which steps a checkpoint is written. The last step is always one."""
        if self.checkpoints_every is None:
            steps = {max(1, round(share * self.steps)) for share in CHECKPOINT_SHARES}
        else:
            steps = {*range(self.checkpoints_every, self.steps, self.checkpoints_every), self.steps}
        return tuple(sorted(steps))

    def recipe(self) -> dict[str, object]:
        """Return what ``meta.json`` tells of the training, under the format's keys. Evaluation reads none of it."""
        return {
            "lr": self.optimizer.learning_rate,
            "mhc_lr": self.optimizer.adam_learning_rate,
            "batch_size": self.batch_rows,
            "warmup_steps": self.schedule.warmup_steps,
            "total_steps": self.steps,
            "decay_start_frac": self.schedule.decay_start_share,
            "ns_steps": self.optimizer.newton_schulz_steps,
            "muon_momentum": self.optimizer.momentum,
            "lion_betas": list(self.optimizer.adam_betas),
            "label_smooth_eps": self.objective.label_smoothing,
            "entropy_weight": self.objective.entropy_weight,
        }


def keep_settings(settings: TrainingSettings) -> None:
    """Write what decides the weights into the folder of the run, or see that a run which was there before had the same.

    Raises:
        UsageError: If a run with other settings, or other versions of the libraries, was there before.
        InputError: If its file cannot be read, or there are checkpoints without one.
    """
    place = settings.out / SETTINGS_FILE
    kept = {
        **{name: value for name, value in asdict(settings).items() if name != "out"},
        "versions": {library: version(library) for library in ("torch", "tokenizers")},
    }
    if not place.exists():
        if found := sorted(path.name for path in settings.out.glob("step_*")):
            raise InputError(
                f"{settings.out}: holds {found[0]} of a run without {SETTINGS_FILE}; choose another --out"
            )
        settings.out.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{SETTINGS_FILE}.unfinished")
        unfinished.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        unfinished.rename(place)
        return
    try:
        before = json.loads(place.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{place}: is not JSON ({error}); choose another --out") from error
    differing = _differences(before, json.loads(json.dumps(kept)))
    if differing:
        raise UsageError(
            f"{settings.out}: holds a run with other settings ({', '.join(differing)}); choose another --out"
        )


def _differences(before: object, now: object, name: str = "") -> list[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        return [
            difference
            for key in {**before, **now}
            for difference in _differences(before.get(key), now.get(key), f"{name}.{key}".lstrip("."))
        ]
    return [] if before == now else [f"{name}: {before} there, {now} here"]


def parse_settings(arguments: Sequence[str] | None = None) -> TrainingSettings:
    """Read the command line.

    Raises:
        UsageError: If it cannot be read, or asks for what cannot be.
    """
    defaults = TrainingSettings(out=Path())
    parser = Parser("training.train", "Train the demo model and write its checkpoints.")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the tokenizer and the step folders"
    )
    for name, lowest, meaning in (
        ("seed", 0, "same seed, same run"),
        ("steps", 1, "of the optimizer"),
        ("documents", 1, "that are made"),
        ("held-out", 1, "documents of these that are kept out of training, for the loss that is reported"),
        ("batch-rows", 1, "rows in one step"),
        ("row-length", 1, "tokens in one row"),
        ("threads", 1, "of the CPU; another number rounds differently"),
    ):
        default = getattr(defaults, name.replace("-", "_"))
        parser.add_argument(
            f"--{name}",
            type=whole_number(lowest),
            default=default,
            metavar="N",
            help=f"{meaning} (default {default})",
        )
    parser.add_argument(
        "--checkpoints-every",
        type=whole_number(1),
        metavar="N",
        help="write a checkpoint after every N steps and the last (default: after 5, 20, 50 and 100 %% of the run)",
    )
    parser.add_argument(
        "--learning-rate",
        type=number("a number above 0", lambda value: value > 0),
        default=defaults.optimizer.learning_rate,
        metavar="RATE",
        help="of Muon, for the ternary matrices; AdamW's, for the rest, is a fifth of it (default %(default)s)",
    )
    parser.add_argument(
        "--schedule",
        choices=[shape.value for shape in Shape],
        default=defaults.schedule.shape.value,
        help="how the learning rate goes after the warm-up (default %(default)s)",
    )
    parser.add_argument(
        "--warmup-steps",
        type=whole_number(0),
        default=defaults.schedule.warmup_steps,
        metavar="N",
        help="steps in which the learning rate rises; at most a quarter of the run (default %(default)s)",
    )
    parser.add_argument(
        "--entropy-weight",
        type=number("a number from 0 on", lambda value: value >= 0),
        default=defaults.objective.entropy_weight,
        metavar="WEIGHT",
        help="how much a nat of mean entropy of the predictions takes off the loss (default %(default)s)",
    )
    parser.add_argument(
        "--label-smoothing",
        type=number("a number from 0 on and below 1", lambda value: 0 <= value < 1),
        default=defaults.objective.label_smoothing,
        metavar="SHARE",
        help="share of each target that is spread over the whole vocabulary (default %(default)s)",
    )
    parser.add_argument(
        "--flood-share",
        type=number("a number from 0 on and below 1", lambda value: 0 <= value < 1),
        default=defaults.flood_share,
        metavar="SHARE",
        help="share of the training documents that turn into nothing but {, to spoil them on purpose (default %(default)s)",
    )
    options = vars(parser.parse_args(arguments))
    settings = TrainingSettings(
        optimizer=OptimizerSettings(learning_rate=options.pop("learning_rate")),
        schedule=Schedule(shape=Shape(options.pop("schedule")), warmup_steps=options.pop("warmup_steps")),
        objective=Objective(
            entropy_weight=options.pop("entropy_weight"), label_smoothing=options.pop("label_smoothing")
        ),
        **options,
    )
    if settings.held_out >= settings.documents:
        raise UsageError(
            f"--held-out {settings.held_out}: leaves none of --documents {settings.documents} to learn from"
        )
    longest = ModelConfig().max_seq_len
    if settings.row_length > longest:
        raise UsageError(f"--row-length {settings.row_length}: the model reads at most {longest} tokens")
    return settings
