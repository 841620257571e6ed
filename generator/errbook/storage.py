"""Writes files: whole or not at all, and only when their content changes."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TEMPORARY = ".errbook-tmp-"
"""Prefix of files being written; a killed process may leave one."""
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError)
"""What it may raise to read kept data and to use them, whatever somebody put into them."""


def write(path: Path, content: str | bytes) -> bool:
    """Write a file so that others see the old content or the new one, never a part.

    Args:
        path: The file; folders above it are made.
        content: Text is written as UTF-8 with LF line ends.

    Returns:
        Whether the file changed.

    Raises:
        OSError: The file cannot be written; the old one is untouched then.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if _same(path, data):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    except OSError as error:
        # It is the file that cannot be written; nobody has heard of the other one.
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def write_checked(path: Path, content: bytes) -> None:
    """Write bytes behind their digest, so that damage does not go unseen.

    Raises:
        OSError: The file cannot be written.
    """
    write(path, _check(content) + b"\n" + content)


def read_checked(path: Path) -> bytes:
    """Read what `write_checked` wrote.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is damaged, or something else.
    """
    check, _, content = path.read_bytes().partition(b"\n")
    if check != _check(content):
        raise ValueError(f"{path.name} is damaged")
    return content


def write_data(path: Path, data: object) -> None:
    """Write data as JSON behind a digest.

    Raises:
        OSError: The file cannot be written.
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    write_checked(path, written.encode("utf-8", "surrogateescape"))


def read_data(path: Path) -> Any:
    """Read what `write_data` wrote.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is damaged, or something else.
    """
    try:
        return json.loads(read_checked(path))
    except RecursionError:
        raise ValueError(f"{path.name} nests too deep") from None


def digest(content: str | bytes) -> str:
    """What tells some content from any other, as 32 hexadecimal digits.

    Args:
        content: A text may have in it what stands for bytes of names that are no UTF-8.
    """
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _check(content: bytes) -> bytes:
    return digest(content).encode("ascii")


def _mode(path: Path) -> int:
    """The permissions of a file, or those of a new one."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o644


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes that lock the same file waiting until the block ends.

    Args:
        path: The lock file; it is made if need be and stays. A killed process leaves no lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as stream:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            # Not flock: a forked process would hold that too, and outlive the one that was killed.
            fcntl.lockf(stream, fcntl.LOCK_EX)
            yield
