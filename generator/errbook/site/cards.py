"""Draws the picture that previews of links show: one card per locale, without any network.

Pillow draws it (``pip install 'errbook[cards]'``), with a font of this machine that has the
locale's script; without Pillow there is no card, without a font a card without words.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
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
_MARGIN = 90


def available() -> bool:
    """Whether cards can be drawn here."""
    return find_spec("PIL") is not None


def draw(locale: Locale, title: str, words: str) -> bytes:
    """A card as PNG.

    Args:
        locale: The locale, which decides on the font and the side on which lines begin.
        title: The site's name.
        words: A sentence below it.
    """
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(image)
    right_to_left = locale.direction == "rtl"
    edge = SIZE[0] - 18 if right_to_left else 0
    canvas.rectangle((edge, 0, edge + 18, SIZE[1]), fill=_ACCENT)
    top = 170
    for text, size, colour in ((title, 92, _INK), (words, 44, _QUIET)):
        font = _font(locale.script, size, text)
        if font is None:
            continue
        for line in _lines(canvas, font, text):
            width = canvas.textlength(line, font=font)
            left = SIZE[0] - _MARGIN - width if right_to_left else _MARGIN
            canvas.text((left, top), line, font=font, fill=colour)
            top += round(size * 1.45)
        top += 24
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _font(script: str, size: int, text: str) -> ImageFont.FreeTypeFont | None:
    """The first font that has every character of a text, or None."""
    from PIL import ImageFont

    for path in _candidates(script):
        try:
            font = ImageFont.truetype(str(path), size, index=_INDEX.get(script, 0))
        except OSError:
            continue
        if _covers(font, text):
            return font
    return None


def _covers(font: ImageFont.FreeTypeFont, text: str) -> bool:
    absent = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(c)) != absent for c in set(text) if not c.isspace())


def _candidates(script: str) -> Iterator[Path]:
    installed = _installed()
    for name in (*_FONTS.get(script, ()), *_FONTS["Latn"]):
        if name.lower() in installed:
            yield installed[name.lower()]


@cache
def _installed() -> dict[str, Path]:
    """The machine's font files by their names in lower case."""
    found: dict[str, Path] = {}
    for folder in (*map(Path, _FOLDERS), Path.home() / ".fonts"):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                found.setdefault(path.stem.lower(), path)
    return found


def _lines(canvas: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, text: str) -> list[str]:
    """A text in at most three lines that fit the card's width."""
    lines = [""]
    for piece in _pieces(text):
        if canvas.textlength(lines[-1] + piece, font=font) <= SIZE[0] - 2 * _MARGIN:
            lines[-1] += piece
        elif len(lines) < 3:
            lines.append(piece.lstrip())
        else:
            lines[-1] = f"{lines[-1].rstrip()}…"
            break
    return [line.strip() for line in lines if line.strip()]


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
