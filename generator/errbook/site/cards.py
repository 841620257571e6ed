"""Draws the pictures that previews of links show, of a locale or an entry, without any network.

Pillow draws it (``pip install 'errbook[cards]'``), with a font of this machine that has the
locale's script; without Pillow there is no card, without a font a card without words.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from errbook.locales import Locale

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

SIZE = (1200, 630)
"""Width and height in pixels: what previews of links expect."""
PATH = "assets/errbook/card.png"
"""Where a locale's card stands, below the locale."""


def entry_path(identifier: str) -> str:
    """Where an entry's card stands, below the locale."""
    return f"assets/errbook/cards/{identifier}.png"


_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
_FONTS = {
    "Latn": ("NotoSans-Bold", "DejaVuSans-Bold", "Arial Bold", "arialbd"),
    "Cyrl": ("NotoSans-Bold", "DejaVuSans-Bold", "Arial Bold", "arialbd"),
    "Grek": ("NotoSans-Bold", "DejaVuSans-Bold", "Arial Bold", "arialbd"),
    "Arab": ("NotoSansArabic-Bold", "NotoNaskhArabic-Bold", "DejaVuSans-Bold", "arialbd"),
    "Hebr": ("NotoSansHebrew-Bold", "DejaVuSans-Bold", "arialbd"),
    "Jpan": ("NotoSansCJK-Bold", "NotoSansJP-Bold", "YuGothB"),
    "Kore": ("NotoSansCJK-Bold", "NotoSansKR-Bold", "malgunbd"),
    "Hans": ("NotoSansCJK-Bold", "NotoSansSC-Bold", "msyhbd"),
    "Hant": ("NotoSansCJK-Bold", "NotoSansTC-Bold", "msjhbd"),
    "Deva": ("NotoSansDevanagari-Bold",),
    "Thai": ("NotoSansThai-Bold",),
}
"""Names of fonts that have a script, the best first."""
_INDEX = {"Jpan": 0, "Kore": 1, "Hans": 2, "Hant": 3}
"""Which face of a collection of CJK fonts writes a script as its readers expect."""
_PAPER, _INK, _QUIET, _ACCENT = "#1f2a4a", "#ffffff", "#b9c3dc", "#7fd0a2"
_SEVERITIES = {
    "fatal": "#ff7d8c",
    "error": "#ffb1b8",
    "warning": "#ffcf87",
    "info": "#abceff",
    "success": "#98e2b5",
}
"""The colour of each severity: dark words stand on it, and it stands on the dark card."""
_MARGIN = 90
_EDGE = 18
_WIDTH = SIZE[0] - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows."""

    locale: Locale
    """Decides on the font and the side on which lines begin."""
    lines: tuple[tuple[str, str], ...]
    """(style, text) from the top: see `_STYLES`."""
    severity: str = ""
    """Decides on the colour; empty for a card that is about no entry."""
    label: str = ""
    """The severity in the reader's language."""


_STYLES = {
    "site": (92, _INK),
    "about": (44, _QUIET),
    "place": (34, _QUIET),
    "code": (104, _INK),
    "title": (58, _INK),
}
"""Size in pixels and colour of each kind of line."""
_GAPS = {"site": 24, "about": 0, "place": 20, "code": 8, "title": 0}
"""Pixels below each kind of line."""
_MOST = 3
"""Lines of one text; where a code stands above it, and a severity below, one less."""


def of_locale(locale: Locale, title: str, words: str) -> Card:
    """The card of a locale: the site's name, and a sentence below it."""
    return Card(locale, (("site", title), ("about", words)))


def of_entry(locale: Locale, place: str, code: str, title: str, severity: str, label: str) -> Card:
    """The card of an entry.

    Args:
        locale: The locale.
        place: The name of what the entry belongs to.
        code: Its code, or empty.
        title: Its title, or empty.
        severity: Its severity as the source has it.
        label: Its severity in the locale's language.
    """
    lines = (("place", place), ("code", code), ("title", title))
    return Card(locale, tuple((style, text) for style, text in lines if text), severity, label)


def available() -> bool:
    """Whether cards can be drawn here."""
    return find_spec("PIL") is not None


def drawn_by() -> str:
    """What decides on the pixels of a card besides what it shows: it changes when they may."""
    fonts = sorted(f"{path} {path.stat().st_size}" for path in _wanted().values())
    return "\n".join((Path(__file__).read_text(encoding="utf-8"), version("pillow"), *fonts))


def draw(card: Card) -> bytes:
    """A card as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(image)
    right_to_left = card.locale.direction == "rtl"
    colour = _SEVERITIES.get(card.severity, _ACCENT)
    edge = SIZE[0] - _EDGE if right_to_left else 0
    canvas.rectangle((edge, 0, edge + _EDGE - 1, SIZE[1]), fill=colour)
    top = 70 if card.severity else 170
    for style, text in card.lines:
        most = _MOST - (style == "title" and bool(card.severity))
        top = _write(canvas, card.locale, (style, text), top, most) + _GAPS[style]
    if card.label:
        _chip(canvas, card.locale, card.label, colour)
    stream = io.BytesIO()
    # So few colours that nothing is lost, and the file is a third of the size. To make it a seventh
    # smaller than that would take three times as long.
    image.quantize(64, Image.Quantize.MAXCOVERAGE).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def _write(
    canvas: ImageDraw.ImageDraw, locale: Locale, line: tuple[str, str], top: int, most: int
) -> int:
    """Write a text from a height on, in at most so many lines; returns the height where it ends."""
    style, text = line
    size, colour = _STYLES[style]
    font = _font(locale.script, size, text)
    while font is not None and style == "code" and font.getlength(text) > _WIDTH and size > 40:
        size -= 8
        font = _font(locale.script, size, text)
    if font is None:
        return top
    for words in _lines(canvas, font, text, most):
        width = canvas.textlength(words, font=font)
        left = SIZE[0] - _MARGIN - width if locale.direction == "rtl" else _MARGIN
        canvas.text((left, top), words, font=font, fill=colour, direction=_direction(words))
        top += round(size * 1.45)
    return top


def _direction(words: str) -> str | None:
    """The direction of a line: without it, one that begins with a foreign name runs from there."""
    from PIL import features

    right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL") for c in words)
    return "rtl" if right_to_left and features.check("raqm") else None


def _chip(canvas: ImageDraw.ImageDraw, locale: Locale, label: str, colour: str) -> None:
    font = _font(locale.script, 36, label)
    if font is None:
        return
    width = canvas.textlength(label, font=font) + 56
    left = SIZE[0] - _MARGIN - width if locale.direction == "rtl" else _MARGIN
    middle = SIZE[1] - 86
    box = (left, middle - 34, left + width, middle + 34)
    canvas.rounded_rectangle(box, radius=34, fill=colour)
    canvas.text((left + 28, middle), label, font=font, fill=_PAPER, anchor="lm")


def _font(script: str, size: int, text: str) -> ImageFont.FreeTypeFont | None:
    """The first font that has every character of a text, or None."""
    for path in _candidates(script):
        font = _face(path, size, _INDEX.get(script, 0))
        if font is not None and all(_has(path, c) for c in set(text) if _is_seen(c)):
            return font
    return None


def _is_seen(character: str) -> bool:
    # Signs of direction (Cf) change where others stand, and have no picture.
    return not character.isspace() and unicodedata.category(character) != "Cf"


@cache
def _face(path: Path, size: int, index: int) -> ImageFont.FreeTypeFont | None:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(str(path), size, index=index)
    except OSError:
        return None


@cache
def _has(path: Path, character: str) -> bool:
    """Whether a font has a character: what it lacks looks like what no font has."""
    font = _face(path, 32, 0)
    return font is not None and bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def _candidates(script: str) -> Iterator[Path]:
    wanted = _wanted()
    for name in (*_FONTS.get(script, ()), *_FONTS["Latn"]):
        if name in wanted:
            yield wanted[name]


@cache
def _wanted() -> dict[str, Path]:
    """The fonts of `_FONTS` that this machine has, by their names."""
    installed = _installed()
    names = {name for names in _FONTS.values() for name in names}
    return {name: installed[name.lower()] for name in names if name.lower() in installed}


def _installed() -> dict[str, Path]:
    """The machine's font files by their names in lower case."""
    found: dict[str, Path] = {}
    for folder in (*map(Path, _FOLDERS), Path.home() / ".fonts"):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                found.setdefault(path.stem.lower(), path)
    return found


def _lines(
    canvas: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, text: str, most: int
) -> list[str]:
    """A text in at most so many lines that fit the card's width."""
    lines = [""]
    for piece in _pieces(text):
        if canvas.textlength(lines[-1] + piece, font=font) <= _WIDTH:
            lines[-1] += piece
        elif len(lines) < most:
            lines.append(piece.lstrip())
        else:
            lines[-1] = f"{lines[-1].rstrip()}…"
            break
    return [_cut(canvas, font, line.strip()) for line in lines if line.strip()]


def _cut(canvas: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, line: str) -> str:
    """A line as much of which as fits is shown."""
    kept = line
    while canvas.textlength(kept, font=font) > _WIDTH:
        line = line.rstrip("…")[:-1]
        kept = f"{line}…"
    return kept


def _pieces(text: str) -> Iterator[str]:
    """The parts of a text between which a line may break: words, or wide characters."""
    word = ""
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            if word:
                yield word
            yield character
            word = ""
        elif character == " ":
            yield f"{word} "
            word = ""
        else:
            word += character
    if word:
        yield word
