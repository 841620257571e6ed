"""Reads which form of a counted text a number takes: the rule that each PO file's header gives.

Tools and versions of CLDR differ in their rules for one language (French has two forms in one and
three in another), so the forms of a file are only ever chosen by the rule of the same file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from gettext import c2py

_HEADER = re.compile(r"\s*nplurals\s*=\s*([1-9])\s*;\s*plural\s*=\s*([^;]++);?\s*")


@dataclass(frozen=True, slots=True)
class PluralRule:
    """How many forms a counted text has, and which of them a number takes."""

    count: int
    """How many forms each counted text has."""
    _expression: Callable[[int], int]

    def form(self, number: int) -> int:
        """The index of a number's form, below `count`; the last one where the rule gives none."""
        try:
            form = self._expression(number)
        except ZeroDivisionError:
            form = self.count
        return form if 0 <= form < self.count else self.count - 1


def read(header: str) -> PluralRule:
    """The rule in the value of a ``Plural-Forms`` header.

    Args:
        header: As in ``nplurals=2; plural=(n > 1);``, with an expression of C over ``n``: see
            `GNU gettext <https://www.gnu.org/software/gettext/manual/html_node/Plural-forms.html>`_.

    Raises:
        ValueError: If it is none.
    """
    found = _HEADER.fullmatch(header)
    if not found:
        raise ValueError(f"not a plural rule: {header}")
    try:
        return PluralRule(int(found[1]), c2py(found[2]))
    except SyntaxError as mistake:
        # What C allows beside a "!", as in "n == !n", becomes something that Python does not.
        raise ValueError(f"not a plural rule: {header}") from mistake
