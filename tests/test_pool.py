"""A process that makes locales holds the texts of one of them at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conftest import SHOP, loaded


def test_what_was_read_of_locales_is_let_go_of_and_can_be_read_again() -> None:
    project = loaded(SHOP)
    locale = project.settings.locales[0].locale
    made: tuple[Mapping[Any, Any], ...] = (
        project.po_read,
        project.files,
        project.states,
        project.translations,
    )
    keys: tuple[object, ...] = ((locale, "shop"), (locale, "shop"), locale, locale)
    before = [found[key] for found, key in zip(made, keys, strict=True)]
    project.forget_locales()
    after = [found[key] for found, key in zip(made, keys, strict=True)]
    assert after == before
    assert not any(new is old for new, old in zip(after, before, strict=True))
