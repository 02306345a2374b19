"""Event files, read back with TensorBoard's own reader."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.trackers import log_records, parse_spec, require_tracker
from tests.support.tracked import ODD, tracked

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(find_spec("tensorboard") is None, reason="tensorboard is not installed")


def read(folder: Path) -> Any:
    """Everything that the event files of a run hold."""
    accumulators = import_module("tensorboard.backend.event_processing.event_accumulator")
    found = accumulators.EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    found.Reload()
    return found


def curve(folder: Path, name: str) -> dict[int, float]:
    """The points of a curve; a step that is there twice is a failure."""
    points = [(event.step, event.value) for event in read(folder).Scalars(name)]
    assert len(dict(points)) == len(points)
    return dict(points)


def test_a_series_is_one_curve(tmp_path: Path) -> None:
    """Values and steps are those of the records, at the times of the records."""
    records = [tracked(2000, 50.0), tracked(1000, 25.0)]

    (logged,) = log_records(records, parse_spec(f"tensorboard:{tmp_path}"))

    folder = tmp_path / "stable-v2-seed"
    assert curve(folder, "compile_success_rate") == {1000: 25.0, 2000: 50.0}
    assert curve(folder, "intervals/compile_success_rate/low") == {1000: 12.5, 2000: 12.5}
    assert read(folder).Scalars("pass@1")[0].wall_time == 1795953600.0
    assert logged.steps == (1000, 2000)
    assert logged.look == f"tensorboard --logdir {tmp_path}"


def test_logging_a_checkpoint_again_replaces_its_points(tmp_path: Path) -> None:
    """And leaves those of all others, whatever the order of their steps."""
    spec = parse_spec(f"tensorboard:{tmp_path}")

    for record in (tracked(3000, 30.0), tracked(1000, 10.0), tracked(3000, 35.0), tracked(2000, 20.0)):
        log_records([record], spec)

    folder = tmp_path / "stable-v2-seed"
    assert curve(folder, "compile_success_rate") == {1000: 10.0, 2000: 20.0, 3000: 35.0}
    assert len(list(folder.iterdir())) == 3


def test_a_checkpoint_of_another_folder_replaces_nothing(tmp_path: Path) -> None:
    """Though both trainings have one name; that it was left is said, and what keeps them apart."""
    spec = parse_spec(f"tensorboard:{tmp_path}")
    one, other = (
        tracked(500, rate, checkpoint=f"/exp/{name}/tiny/step_500") for name, rate in (("A", 1.0), ("B", 2.0))
    )

    log_records([one], spec)
    (logged,) = log_records([other], spec)

    assert curve(tmp_path / "tiny-seed", "compile_success_rate") == {500: 1.0}
    assert logged.kept == (500,)
    assert "left as it was, of checkpoints in another folder (--name logs these apart)" in logged.lines[0]
    assert (
        b"- checkpoints: `/exp/A/tiny`"
        in read(tmp_path / "tiny-seed").Tensors("about")[0].tensor_proto.string_val[0]
    )


def test_samples_and_settings_are_texts_and_rates_have_bands(tmp_path: Path) -> None:
    """On the pages of texts and of custom scalars."""
    layouts = import_module("tensorboard.plugins.custom_scalar.layout_pb2")

    log_records([tracked(1000)], parse_spec(f"tensorboard:{tmp_path}"), "mine")

    found = read(tmp_path / "mine")
    assert b"- temperature: `0.8`" in found.Tensors("about")[0].tensor_proto.string_val[0]
    assert b"fn a() { ```` }\n# heading \\udcff" in found.Tensors("samples")[0].tensor_proto.string_val[0]
    layout = layouts.Layout.FromString(
        found.Tensors("custom_scalars__config__")[0].tensor_proto.string_val[0]
    )
    series = layout.category[0].chart[0].margin.series[0]
    assert (series.value, series.lower) == ("compile_success_rate", "intervals/compile_success_rate/low")
    assert {"about", "samples"} <= set(found.PluginTagToContent("text"))


@pytest.mark.parametrize("name", [ODD, "..", "/", "x" * 400, ".hidden"])
def test_any_name_is_a_folder_of_its_own_below_the_target(name: str, tmp_path: Path) -> None:
    """And the same one the next time."""
    spec = parse_spec(f"tensorboard:{tmp_path / 'logs'}")

    log_records([tracked(1000)], spec, name)
    log_records([tracked(1000)], spec, name)

    (folder,) = (tmp_path / "logs").iterdir()
    assert len(list(folder.iterdir())) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "logs"]


def test_a_target_that_is_no_folder_is_found_before_anything_is_done(tmp_path: Path) -> None:
    """Nothing is made for one that could be."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="is no folder"):
        require_tracker(parse_spec(f"tensorboard:{tmp_path / 'file' / 'logs'}"))
    require_tracker(parse_spec(f"tensorboard:{tmp_path / 'new' / 'logs'}"))
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """And leaves nothing half written."""
    (tmp_path / "mine").touch()

    with pytest.raises(NotReadyError, match="FileExistsError"):
        log_records([tracked(1000)], parse_spec(f"tensorboard:{tmp_path}"), "mine")
