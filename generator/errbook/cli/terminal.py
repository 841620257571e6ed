"""Answers for people: coloured and wrapped for the terminal they read in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text
from rich.theme import Theme

from errbook.answers import Answer, clean

_THEME = Theme({"markdown.code": "bold cyan"})
"""Rich puts code on black, which is a stain on a light terminal."""
_COLORS = {"success": "green", "info": "cyan", "warning": "yellow", "error": "red", "fatal": "red"}


def show(answer: Answer) -> None:
    """Print one entry."""
    card = answer.card
    console = Console(highlight=False, theme=_THEME)
    head = Text(answer.name, style=f"bold {_COLORS.get(card.severity, '')}")
    for about in answer.about:
        head.append(f"  {about}", style="not bold dim")
    with console.capture() as capture:
        console.print(head)
        for name, value in answer.params.items():
            console.print(Text.assemble((f"  {name}: ", "dim"), value), soft_wrap=True)
        rtl = _runs_from_the_right(answer.words["cause"])
        numbers = {label: number for number, label in enumerate(card.notes, 1)}
        for label, text in answer.remedies():
            console.print(Text(label, style="bold"))
            _print_markdown(console, _numbered(text, numbers), rtl=rtl)
        for label, number in numbers.items():
            note = card.notes[label]
            _print_markdown(console, f"({number}){_space(note[:1])}{note}", rtl=rtl)
        if card.url:
            console.print(Text(card.url, style="dim"), soft_wrap=True)
    # Rich fills lines up with spaces, which a file or a copied text should not have.
    lines = (line.rstrip() for line in capture.get().splitlines())
    click.echo("\n".join([*lines, ""]), color=console.is_terminal or None)


def _numbered(text: str, numbers: Mapping[str, int]) -> str:
    """A text with a number in the place of each footnote's label."""
    for label, number in numbers.items():
        before, *behind = text.split(f"[^{label}]")
        for piece in behind:
            before += f"{_space(before[-1:])}({number}){piece}"
        text = before
    return text


def _space(beside: str) -> str:
    """What parts a number from a character; wide writing has no spaces, and would wrap there."""
    return "" if unicodedata.east_asian_width(beside or " ") in "WF" else " "


def _runs_from_the_right(word: str) -> bool:
    return unicodedata.bidirectional(word[:1]) in ("R", "AL")


def _print_markdown(console: Console, text: str, *, rtl: bool) -> None:
    shown = Markdown(clean(text), hyperlinks=console.is_terminal)
    lines = console.render_lines(Padding(shown, (0, 0, 0, 2)), pad=False)
    while lines and not "".join(segment.text for segment in lines[0]).strip():
        lines = lines[1:]
    for line in lines:
        console.print(
            *(Text(_directed(console, s, rtl=rtl), style=s.style or "") for s in line),
            sep="",
            end="\n",
            no_wrap=True,
            overflow="ignore",
            crop=False,
        )


def _directed(console: Console, segment: Segment, *, rtl: bool) -> str:
    """A piece of a line; code among words that run from right to left keeps its own direction."""
    style, code = segment.style, console.get_style("markdown.code")
    if rtl and style is not None and style.color == code.color:
        return f"\u2066{segment.text}\u2069"
    return segment.text
