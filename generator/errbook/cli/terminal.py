"""Answers for people: coloured and wrapped for the terminal they read in."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from errbook.answers import Answer, clean

_COLORS = {"success": "green", "info": "cyan", "warning": "yellow", "error": "red", "fatal": "red"}


def show(answer: Answer) -> None:
    """Print one entry."""
    card = answer.card
    console = Console(highlight=False)
    head = Text(answer.name, style=f"bold {_COLORS.get(card.severity, '')}")
    for about in answer.about:
        head.append(f"  {about}", style="not bold dim")
    with console.capture() as capture:
        console.print(head)
        for name, value in answer.params.items():
            console.print(Text.assemble((f"  {name}: ", "dim"), value), soft_wrap=True)
        numbers = {label: number for number, label in enumerate(card.notes, 1)}
        for label, text in answer.remedies():
            console.print(Text(label, style="bold"))
            _print_markdown(console, text, numbers)
        for label, number in numbers.items():
            _print_markdown(console, f"({number}) {card.notes[label]}", {})
        if card.url:
            console.print(Text(card.url, style="dim"), soft_wrap=True)
    # Rich fills lines up with spaces, which a file or a copied text should not have.
    lines = (line.rstrip() for line in capture.get().splitlines())
    click.echo("\n".join([*lines, ""]), color=console.is_terminal or None)


def _print_markdown(console: Console, text: str, numbers: Mapping[str, int]) -> None:
    for label, number in numbers.items():
        text = text.replace(f"[^{label}]", f" ({number})")
    shown = Markdown(clean(text), hyperlinks=console.is_terminal)
    lines = console.render_lines(Padding(shown, (0, 0, 0, 2)), pad=False)
    while lines and not "".join(segment.text for segment in lines[0]).strip():
        lines = lines[1:]
    for line in lines:
        console.print(
            *(Text(s.text, style=s.style or "") for s in line),
            sep="",
            end="\n",
            no_wrap=True,
            overflow="ignore",
            crop=False,
        )
