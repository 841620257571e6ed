"""Adding a locale to a configuration changes nothing else in its text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from errbook.configedit import CannotEdit, with_locale

CASES = {
    "name-alone": (
        "plugins:\n  - search\n  - errbook\n",
        "plugins:\n  - search\n  - errbook:\n      locales:\n        nl: {}\n",
    ),
    "no-options": (
        "plugins:\n  - errbook:\nnav: []\n",
        "plugins:\n  - errbook:\n      locales:\n        nl: {}\nnav: []\n",
    ),
    "after-the-last-with-comment": (
        "plugins:\n  - errbook:\n      locales:\n        fr: {} # first\n\n# more\nnav: []\n",
        "plugins:\n  - errbook:\n      locales:\n        fr: {} # first\n        nl: {}\n\n"
        "# more\nnav: []\n",
    ),
    "after-a-nested-one": (
        "plugins:\n  - errbook:\n      locales:\n        fr:\n          required:\n"
        "            - a\n  - search\n",
        "plugins:\n  - errbook:\n      locales:\n        fr:\n          required:\n"
        "            - a\n        nl: {}\n  - search\n",
    ),
    "after-an-empty-one": (
        "plugins:\n  - errbook:\n      locales:\n        fr:\nx: !ENV A\n",
        "plugins:\n  - errbook:\n      locales:\n        fr:\n        nl: {}\nx: !ENV A\n",
    ),
    "no-locales-yet": (
        "plugins:\n  - errbook:\n      source: docs\n",
        "plugins:\n  - errbook:\n      source: docs\n      locales:\n        nl: {}\n",
    ),
    "empty-locales": (
        "plugins:\n  - errbook:\n      locales:\n      source: docs",
        "plugins:\n  - errbook:\n      locales:\n        nl: {}\n      source: docs",
    ),
    "on-one-line": (
        "plugins:\n  - errbook: {locales: {fr: {required: true}}}\n",
        "plugins:\n  - errbook: {locales: {fr: {required: true}, nl: {}}}\n",
    ),
    "on-one-line-and-empty": (
        "plugins:\n  - errbook: {}\n",
        "plugins:\n  - errbook: {locales: {nl: {}}}\n",
    ),
    "in-a-list-on-one-line": (
        "plugins: [search, errbook]\n",
        "plugins: [search, errbook: {locales: {nl: {}}}]\n",
    ),
    "plugins-as-a-mapping": (
        "plugins:\n  errbook:\n    source: docs\n  search: {}\n",
        "plugins:\n  errbook:\n    source: docs\n    locales:\n      nl: {}\n  search: {}\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_the_locale_comes_last_and_the_rest_stays(before: str, after: str) -> None:
    assert with_locale(before, "nl") == after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site_name: x\n", "the plugin errbook is not in this file"),
        ("INHERIT: base.yml\nplugins:\n  - search\n", "the plugin errbook is not in this file"),
        ("plugins: [\n", "it cannot be read"),
    ],
)
def test_what_cannot_be_edited_is_said(text: str, said: str) -> None:
    with pytest.raises(CannotEdit, match=said):
        with_locale(text, "nl")


@given(st.lists(st.sampled_from(["fr-FR", "nl", "zh-Hant", "no", "ar"]), unique=True, min_size=1))
def test_any_number_of_locales_can_follow(tags: list[str]) -> None:
    text = "site_name: x\nplugins:\n- search\n- errbook\n# end\n"
    for tag in tags:
        text = with_locale(text, tag, "{required: true}")
    plugin = yaml.load(text, Loader=yaml.BaseLoader)["plugins"][1]["errbook"]
    assert list(plugin["locales"]) == tags
    assert text.endswith("\n# end\n")
