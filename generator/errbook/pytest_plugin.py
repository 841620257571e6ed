"""pytest items for the promise: ``pytest --errbook`` tests every entry in every required locale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from errbook import project
from errbook.configfile import FILE
from errbook.diagnostics import Severity
from errbook.formats import text
from errbook.model import Entry
from errbook.project import Project
from errbook.translate import State, Translation

_REASONS = {
    State.MISSING: "is not translated",
    State.STALE: "is translated from an older source",
    State.FUZZY: "is marked as fuzzy",
    State.BLOCKED: "lost or changed what it must keep (errbook check says what)",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--errbook",
        nargs="?",
        const=FILE,
        metavar="MKDOCS_YML",
        help="Test that every entry of the errbook project has a cause and a fix, translated and"
        " current, in every required locale.",
    )


def pytest_configure(config: pytest.Config) -> None:
    wanted = str(config.getoption("--errbook") or "")
    # `pytest --errbook tests` would take the folder of tests for the configuration.
    if wanted and Path(wanted).suffix not in (".yml", ".yaml"):
        raise pytest.UsageError(
            f"--errbook takes a configuration file, not {wanted}; before other arguments write"
            f" --errbook={FILE}"
        )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    wanted = config.getoption("--errbook")
    # A run that names single tests is about those.
    if wanted and not any("::" in str(argument) for argument in config.args):
        path = config.rootpath / str(wanted)
        items.extend(_items(session, path))


class BrokenPromise(AssertionError):
    """What an item raises; its text is all that is worth printing."""


def _items(session: pytest.Session, path: Path) -> Iterator[pytest.Item]:
    loaded, found = project.load(path.parent, path.name)
    broken = text.write(found) if loaded is None else ""
    if loaded is not None and loaded.source_is_broken:
        mistakes = [f for f in loaded.diagnostics if not project.is_translation_finding(f)]
        broken = text.write([f for f in mistakes if f.severity is Severity.ERROR])
    yield SourceItem.from_parent(session, name=f"errbook[source] {path.name}", broken=broken)
    if loaded is None:
        return
    for catalog in loaded.book.catalogs:
        for entry in catalog.published:
            for locale, translation in loaded.translations.items():
                if loaded.settings.of(locale).requires(catalog.name):
                    for which in ("cause", "fix"):
                        yield PromiseItem.from_parent(
                            session,
                            name=f"errbook[{entry.name}-{which}-{locale.tag}]",
                            promise=(loaded, translation, entry, which),
                        )


class SourceItem(pytest.Item):
    """The source has no mistake."""

    def __init__(self, *, broken: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._broken = broken

    def runtest(self) -> None:
        if self._broken:
            raise BrokenPromise(self._broken)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name


class PromiseItem(pytest.Item):
    """One cause or fix is there, translated and current, in one locale."""

    def __init__(
        self, *, promise: tuple[Project, Translation, Entry, str], **kwargs: object
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._promise = promise

    def runtest(self) -> None:
        _, translation, entry, which = self._promise
        remedies = [remedy for name, _, remedy in entry.remedies() if name == which]
        if not remedies:
            raise BrokenPromise(f"{entry.name} has no {which} at all")
        problems = [
            f"{entry.name}: the {which} {_REASONS.get(served.state, 'is not there')} in"
            f" {translation.locale} ({text_.context(index)}, source {text_.location})"
            for remedy in remedies
            for text_ in remedy.texts
            for index, served in translation.text(text_).fallen_back(translation.locale).items()
        ]
        if problems:
            raise BrokenPromise("\n".join(problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        loaded, _, entry, _ = self._promise
        return loaded.settings.root / entry.location.path, entry.location.line, self.name
