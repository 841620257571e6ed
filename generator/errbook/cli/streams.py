"""Logs as they come in: from files, packed ones too, and from pipes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

_ENDINGS = frozenset({".log", ".txt", ".out", ".err", ".gz", ".json", ".jsonl"})
PIECE = 1 << 20
"""Bytes that are read at once, at the most."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The stream of a file, unpacked where it is a gzip file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        # What a shell gives as <(…) is a pipe: in it nobody goes back.
        if stream.peek(2)[:2] != b"\x1f\x8b":
            yield stream
            return
        import gzip

        with gzip.open(stream, "rb") as unpacked:
            yield cast(IO[bytes], unpacked)


def is_named_as_file(name: str) -> bool:
    """Whether somebody who types this means a file, even if there is none."""
    if Path(name).suffix in _ENDINGS:
        return True
    # I/O and TCP/IP are no paths.
    is_path = name.startswith(("/", "./", "../", "~/")) or os.path.isdir(os.path.dirname(name))
    return is_path and not re.search(r"\s", name)


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream as it comes in: a line that is there is not held back for more to come."""
    read: Callable[[int], bytes] = getattr(stream, "read1", None) or stream.read
    try:
        while piece := read(PIECE):
            yield piece
    except KeyboardInterrupt:
        # journalctl -f ends this way; what was found is still summed up.
        return


def at_end(stream: IO[bytes]) -> bool:
    """Whether a file has been read to its end; of a pipe nobody knows."""
    try:
        return not hasattr(stream, "peek") or (stream.seekable() and not stream.peek(1))
    except (OSError, ValueError):
        return False
