"""Reading back what wandb keeps of an offline run: a log in LevelDB's format, of its own protocol buffers.

wandb has no reader of it for Python any more; ``wandb sync`` reads it in Go.
"""

from __future__ import annotations

import json
import struct
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 32768
_FILE_HEADER = 7
_RECORD_HEADER = 7
_FULL, _LAST = 1, 4


def read_records(path: Path) -> Iterator[Any]:
    """All records of a file, parsed."""
    record = import_module("wandb.proto.wandb_internal_pb2").Record
    for content in _contents(path.read_bytes()):
        parsed = record()
        parsed.ParseFromString(content)
        yield parsed


def read_history(path: Path) -> list[dict[str, Any]]:
    """The rows that a run logged, in order."""
    return [
        {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in record.history.item}
        for record in read_records(path)
        if record.WhichOneof("record_type") == "history"
    ]


def _contents(data: bytes) -> Iterator[bytes]:
    assert data.startswith(b":W&B")
    place, parts = _FILE_HEADER, []
    while place + _RECORD_HEADER <= len(data):
        if _BLOCK - place % _BLOCK < _RECORD_HEADER:
            place += _BLOCK - place % _BLOCK  # what is left of a block is padding
            continue
        _, size, kind = struct.unpack_from("<IHB", data, place)
        place += _RECORD_HEADER
        parts.append(data[place : place + size])
        place += size
        if kind in (_FULL, _LAST):
            yield b"".join(parts)
            parts = []
