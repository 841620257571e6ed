"""The pictures that previews of links show: what is on them, who has one, which are drawn anew."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser import differing
from errbook import locales, project
from errbook.site import build, cardstore
from errbook.site.cards import SIZE, Card, draw, of_entry, of_locale
from reading import tree

image = pytest.importorskip("PIL.Image", reason="pillow is missing: pip install pillow")

if TYPE_CHECKING:
    from PIL.Image import Image

SHOP = Path(__file__).parent / "projects/shop"
MARGIN = 90
ENGLISH, ARABIC, JAPANESE = (locales.parse(tag) for tag in ("en-US", "ar", "ja-JP"))
LONG = "The configuration file of the agent cannot be read by the account that runs it " * 3


def seen(card: Card) -> Image:
    picture: Image = image.open(io.BytesIO(draw(card))).convert("RGB")
    return picture


def inked(picture: Image, box: tuple[int, int, int, int]) -> bool:
    """Whether anything but paper is in a part of a picture."""
    return len(picture.crop(box).getcolors(SIZE[0] * SIZE[1]) or ()) > 1


def side(picture: Image) -> str:
    """The side on which the coloured edge is."""
    ends = {"left": picture.getpixel((2, 2)), "right": picture.getpixel((SIZE[0] - 3, 2))}
    paper = picture.getpixel((SIZE[0] // 2, 2))
    (name,) = [name for name, colour in ends.items() if colour != paper]
    return name


# --- what is on a card ----------------------------------------------------------------------------

CARDS = {
    "a locale": of_locale(ENGLISH, "Shop help", "What went wrong at the till."),
    "Arabic": of_locale(ARABIC, "مساعدة المتجر", "ما الذي حدث عند الدفع."),
    "an entry": of_entry(ENGLISH, "Shop", "SHOP001", "The card expired", "error", "Error"),
    "an entry in Arabic": of_entry(ARABIC, "المتجر", "SHOP001", "انتهت البطاقة", "error", "خطأ"),
    "no code": of_entry(ENGLISH, "Shop", "", "Payment lost", "warning", "Warning"),
    "no title": of_entry(ENGLISH, "Shop", "SHOP001", "", "info", "Information"),
    "long": of_entry(ENGLISH, LONG, "SHOP" * 20, LONG, "fatal", "Fatal error"),
    "long in Japanese": of_entry(JAPANESE, "店", "SHOP001", "無効なカード" * 30, "error", "エラー"),
    "long in Arabic": of_entry(ARABIC, "متجر", "SHOP001", "انتهت البطاقة " * 30, "error", "خطأ"),
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_nothing_on_a_card_leaves_its_margins(card: Card) -> None:
    picture = seen(card)
    assert picture.size == SIZE
    width, height = SIZE
    near = MARGIN - 6  # a letter may lean out a little
    assert not inked(picture, (20, 0, near, height))
    assert not inked(picture, (width - near, 0, width - 20, height))
    assert not inked(picture, (20, height - 40, width - 20, height))
    if card.severity:
        bottom = height - 130
        assert not inked(picture, (20, bottom, width - 20, bottom + 8)), "above the severity"
    assert inked(picture, (MARGIN, 60, width - MARGIN, height - 60))


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_begins_where_its_language_does(card: Card) -> None:
    assert side(seen(card)) == ("right" if card.locale.direction == "rtl" else "left")


def test_a_card_is_the_same_each_time_and_another_for_other_words() -> None:
    pictures = [draw(card) for card in CARDS.values()]
    assert [draw(card) for card in CARDS.values()] == pictures
    assert len(set(pictures)) == len(pictures)


def test_the_colour_of_a_card_is_that_of_the_severity() -> None:
    severities = ("fatal", "error", "warning", "info", "success")
    cards = [of_entry(ENGLISH, "Shop", "SHOP001", "A title", name, "x") for name in severities]
    assert len({seen(card).getpixel((2, 2)) for card in cards}) == len(severities)


def test_arabic_is_joined_and_runs_from_the_right() -> None:
    """What stands last in the text is what stands leftmost, also after a foreign name."""
    features = pytest.importorskip("PIL.features")
    if not features.check("raqm"):
        pytest.skip("Pillow has no Raqm here")

    def leftmost(title: str) -> Image:
        picture = seen(of_entry(ARABIC, "متجر", "", title, "error", "خطأ"))
        row = picture.crop((MARGIN, 130, SIZE[0] - MARGIN, 230))
        box = image.eval(row.convert("L"), lambda value: 255 if value > 128 else 0).getbbox()
        assert box is not None
        return row.crop((box[0], 0, box[0] + 30, 100))

    last = leftmost("Azure انتهت")
    assert differing(last, leftmost("Microsoft انتهت")) < 5
    assert differing(last, leftmost("انتهت Azure")) > 10


# --- which are drawn ------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> cardstore.Cards:
    return cardstore.Cards(tmp_path, "en-US")


def test_a_card_is_drawn_once(store: cardstore.Cards, tmp_path: Path) -> None:
    card, other = CARDS["an entry"], CARDS["no code"]
    picture = store.picture(card)
    assert (store.picture(card), store.drawn) == (picture, 1)
    again = cardstore.Cards(tmp_path, "en-US")
    assert (again.picture(card), again.drawn) == (picture, 0)
    again.picture(other)
    assert again.drawn == 1


def test_a_kept_card_that_is_damaged_is_drawn_again(store: cardstore.Cards, tmp_path: Path) -> None:
    picture = store.picture(CARDS["an entry"])
    (kept,) = tmp_path.rglob("*.card")
    kept.write_bytes(kept.read_bytes()[:200])
    again = cardstore.Cards(tmp_path, "en-US")
    assert (again.picture(CARDS["an entry"]), again.drawn) == (picture, 1)


def test_a_card_that_nobody_asks_for_is_deleted(store: cardstore.Cards, tmp_path: Path) -> None:
    for card in CARDS.values():
        store.picture(card)
    again = cardstore.Cards(tmp_path, "en-US")
    again.picture(CARDS["an entry"])
    again.forget_others()
    assert len(list(tmp_path.rglob("*.card"))) == 1


# --- who has one ----------------------------------------------------------------------------------


def shop(folder: Path, options: str = "") -> Path:
    shutil.copytree(SHOP, folder)
    config = folder / "mkdocs.yml"
    text = config.read_text("utf-8")
    marked = re.sub(r"(?m)^( +)source_locale:", rf"\1{options}\n\1source_locale:", text)
    config.write_text(marked if options else text, "utf-8")
    return folder


def publish(folder: Path, engine: str = "stamp") -> Path:
    found, mistakes = project.load(folder)
    assert found is not None, mistakes
    made = build.build(found, engine=engine)
    assert made.failures == []
    return folder / "site"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_entries_have_no_cards_unless_they_are_asked_for(tmp_path: Path) -> None:
    site = publish(shop(tmp_path / "shop"))
    names = {path.relative_to(site).as_posix() for path in site.rglob("*.png")}
    cards = {name for name in names if "assets/errbook" in name}
    assert cards == {f"{tag}/assets/errbook/card.png" for tag in ("en-US", "fr-FR", "ar", "pt-BR")}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_entry_has_its_card_in_every_locale_with_either_engine(tmp_path: Path) -> None:
    stamped = publish(shop(tmp_path / "a", "social_cards: entries"))
    pages = [
        path
        for path in stamped.glob("*/errors/*/index.html")
        if path.parent.name not in ("in", "log")
    ]
    assert len(pages) > 20
    for page in pages:
        tag, name = page.relative_to(stamped).parts[0], page.parent.name
        text = page.read_text("utf-8")
        (url,) = re.findall(r'<meta property="og:image" content="([^"]*)">', text)
        path = f"{tag}/assets/errbook/cards/{name}.png"
        assert url.endswith(f"/help/{path}")
        assert (stamped / path).read_bytes().startswith(b"\x89PNG")
        assert text.count('property="og:image:alt"') == 1
    full = publish(shop(tmp_path / "b", "social_cards: entries"), "full")
    assert tree(full) == tree(stamped)
