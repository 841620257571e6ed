"""What a Git repository knows about a project: an earlier state of it, and when lines changed."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

_UNCOMMITTED = "0" * 40
"""What stands for the commit of a line that is in the working tree only."""


class GitFailed(RuntimeError):
    """Git is not there, this is no repository, or it has no such revision; ``str()`` says which."""


def extract(folder: Path, revision: str, target: Path) -> None:
    """Write a folder as it was in a revision; the working tree is not touched.

    Raises:
        GitFailed: There is no such revision.
    """
    commit = _git(
        folder,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{revision}^{{commit}}",
        problem=f'there is no revision "{revision}"',
    )
    archive = _git(folder, "archive", "--format=tar", commit.decode().strip())
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None:
                path = target / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def line_dates(
    folder: Path, paths: Iterable[str], *, settled: bool = False
) -> Mapping[tuple[str, int], str]:
    """The date of the last change of each line of some files, by path and line number.

    Args:
        folder: The folder the paths are relative to.
        paths: The files; one that Git does not know is left out.
        settled: Whether to leave out dates that another clone or another day would not show: of
            lines that are not committed yet, and of those older than what a shallow clone holds.
    """
    found: dict[tuple[str, int], str] = {}
    shallow: bool | None = None
    for path in paths:
        if settled and shallow is None:
            shallow = _is_shallow(folder)
        try:
            output = _git(folder, "blame", "--porcelain", "--", path)
        except GitFailed:
            continue
        dates: dict[str, str] = {_UNCOMMITTED: ""} if settled else {}
        commit, number = "", 0
        for line in output.decode("utf-8", "replace").splitlines():
            if line.startswith("\t"):
                found[path, number] = dates.get(commit, "")
            elif line.startswith("committer-time "):
                moment = datetime.fromtimestamp(int(line.split()[1]), UTC)
                dates.setdefault(commit, moment.date().isoformat())
            elif line == "boundary" and shallow:
                dates[commit] = ""
            elif len(parts := line.split()) >= 3 and len(parts[0]) >= 40 and parts[2].isdigit():
                commit, number = parts[0], int(parts[2])
    return found


def head(folder: Path) -> str:
    """The commit that is checked out, and whether the clone is shallow; empty without Git."""
    try:
        return _git(folder, "rev-parse", "HEAD", "--is-shallow-repository").decode()
    except GitFailed:
        return ""


def _is_shallow(folder: Path) -> bool:
    try:
        return _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitFailed:
        return False


def _git(folder: Path, *arguments: str, problem: str = "") -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder or "."), *arguments], capture_output=True, check=False
        )
    except OSError as error:
        raise GitFailed(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(problem or (said[-1] if said else f"git {arguments[0]} failed"))
    return done.stdout
