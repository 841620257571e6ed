"""Logs as they come in: from files, packed ones too, and from pipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

PIECE = 1 << 20
"""Bytes that are read at once, at the most."""


def opened(path: Path) -> IO[bytes]:
    """The stream of a file, unpacked where it is a gzip file.

    Raises:
        OSError: It cannot be read.
    """
    stream: IO[bytes] = path.open("rb")
    if stream.read(2) == b"\x1f\x8b":
        import gzip

        stream.close()
        return cast(IO[bytes], gzip.open(path, "rb"))
    stream.seek(0)
    return stream


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
