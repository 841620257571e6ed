"""Checks of a PO file as a whole: messages that are there twice, plural forms that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from errbook.diagnostics import Diagnostic, Location, report
from errbook.locales import Locale, plural_rule
from errbook.po import Message, PoFile


def run(file: PoFile, locale: Locale) -> Iterator[Diagnostic]:
    """What is wrong with the messages of a file taken together."""
    living = [message for message in file.messages if not message.obsolete]
    yield from _duplicates(living, file.path)
    counted = [message for message in living if message.plural]
    if counted:
        yield from _miscounted(counted, file, locale)


def _duplicates(living: list[Message], path: str) -> Iterator[Diagnostic]:
    """Messages with one identity: the context or, where there is none, the text.

    Bad: two messages with ``msgctxt "shop001|fix"``.
    Good: one of them.
    """
    seen: dict[tuple[str, str], Message] = {}
    for message in living:
        key = (message.context, "" if message.context else message.source)
        first = seen.setdefault(key, message)
        if first is not message:
            what = f'context "{message.context}"' if message.context else f'text "{message.source}"'
            yield report(
                "EB203",
                Location(path, message.line),
                f"the {what} is here twice; the first is translated in line {first.line}",
                "Keep the better translation and delete the other message.",
                context=message.context,
            )


def _miscounted(counted: list[Message], file: PoFile, locale: Locale) -> Iterator[Diagnostic]:
    """Counted messages whose forms the plural rule does not explain.

    Bad: two forms ``msgstr[…]`` below a header with ``nplurals=3``.
    Good: three. In a file without a header, as many as the language has.
    """
    rule, said = file.plural_rule, "the header says nplurals={}"
    if not file.headers:
        rule, said = plural_rule(locale), f"without a header {locale} has nplurals={{}}"
    if rule is None:
        yield report(
            "EB202",
            Location(file.path, counted[0].line),
            "the message is counted, and the file's header has no plural rule that can be read",
            'Write one into the header, as in "Plural-Forms: nplurals=2; plural=(n != 1);\\n".',
        )
        return
    for message in counted:
        if [number for number, _ in message.plurals] != list(range(rule.count)):
            yield report(
                "EB202",
                Location(file.path, message.line),
                f"the number of its plural forms is {len(message.plurals)}, and "
                + said.format(rule.count),
                f"Give it the forms msgstr[0] to msgstr[{rule.count - 1}], each once.",
            )
