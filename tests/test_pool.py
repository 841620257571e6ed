"""A process that makes locales holds the texts of one of them at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from conftest import SHOP, loaded
from errbook.site import pool


@pytest.mark.parametrize("forks", [True, False])
def test_where_nothing_is_to_be_made_nobody_is_needed(
    forks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "can_fork", lambda: forks)
    with pool.workers(loaded(SHOP), 2, 0) as team:
        assert team.make([]) == []
        assert team.processes.each(str, range(3)) == ["0", "1", "2"]


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
