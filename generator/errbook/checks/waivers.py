"""Waivers: comments of a translator that accept what a check says about one message."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from errbook.diagnostics import RULES, Diagnostic, Location, report

_LINE = re.compile(r"l10n-ok:[ ]*(?P<names>[\w-]+(?:[ ]*,[ ]*[\w-]+)*)?(?P<reason>.*)\Z")
_UNWAIVABLE = frozenset(("EB312", "EB313", "EB314", "EB315", "EB316", "EB317"))
"""What would break a page or harm a reader; nobody can accept it in a comment."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One comment line ``l10n-ok: check-name reason``."""

    names: tuple[str, ...]
    reason: str


def of(comment: str) -> tuple[Waiver, ...]:
    """The waivers among a message's comment lines."""
    if "l10n-ok" not in comment:
        return ()
    found = []
    for line in comment.splitlines():
        match = _LINE.match(line.strip())
        if match:
            names = re.split(r"\s*,\s*", match["names"]) if match["names"] else []
            found.append(Waiver(tuple(names), match["reason"].strip(" :–—-")))
    return tuple(found)


def names_by_code() -> dict[str, str]:
    """The names of everything a waiver may accept, by code."""
    return {
        code: rule.name
        for code, rule in RULES.items()
        if "EB311" <= code < "EB347" and code not in _UNWAIVABLE
    }


_NAMES = names_by_code()


def accepted(waivers: Collection[Waiver]) -> frozenset[str]:
    """The codes that some waivers accept; one without a reason accepts nothing."""
    if not waivers:
        return frozenset()
    names = {name for waiver in waivers if waiver.reason for name in waiver.names}
    return frozenset(code for code, name in _NAMES.items() if name in names)


def mistakes(
    waivers: Collection[Waiver], needed: Collection[str], context: str, location: Location, tag: str
) -> Iterator[Diagnostic]:
    """What is wrong with a message's waivers.

    Args:
        waivers: The waivers.
        needed: The codes of the findings that they accepted.
        context: The message's context.
        location: The place of the message.
        tag: The locale's tag.
    """
    codes = {name: code for code, name in _NAMES.items()}
    every = {rule.name for rule in RULES.values()}
    for waiver in waivers:
        says = ""
        if not waiver.names:
            says = "l10n-ok names no check"
        elif not waiver.reason:
            says = f"l10n-ok: {', '.join(waiver.names)} gives no reason"
        for name in waiver.names:
            if name not in codes:
                known = "cannot be accepted in a comment" if name in every else "is no check"
                says = f'l10n-ok: "{name}" {known}'
        if says:
            yield report(
                "EB348",
                location,
                f"{context}: {says}",
                "Write # l10n-ok: check-name and why it is right here.",
                locale=tag,
                context=context,
            )
            continue
        for name in waiver.names:
            if codes[name] not in needed:
                yield report(
                    "EB347",
                    location,
                    f"{context}: l10n-ok: {name} accepts nothing any more",
                    "Delete the comment.",
                    locale=tag,
                    context=context,
                )
