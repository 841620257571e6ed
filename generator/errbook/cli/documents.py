"""Prints documents that programs read."""

from __future__ import annotations

import sys

import click


def print_document(content: str) -> None:
    """Print a document; into a file or a pipe as UTF-8, whatever this system's encoding is."""
    click.echo(content if sys.stdout.isatty() else content.encode("utf-8", "replace"), nl=False)
