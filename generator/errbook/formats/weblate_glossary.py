"""The glossary of one locale as a PO file, which Weblate takes as the file of a glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from errbook import po
from errbook.glossary import Term
from errbook.locales import Locale, plural_forms
from errbook.po import Message, PoFile


def write(terms: Sequence[Term], locale: Locale, project: str) -> str:
    """Write the glossary: preferred terms, forbidden ones and those that are not translated.

    Weblate reads the flags ``read-only`` and ``forbidden``; allowed forms go into the explanation.

    Args:
        terms: The glossary.
        locale: The locale.
        project: The project's name.
    """
    headers = po.new_headers(project, locale.posix, plural_forms(locale))
    messages = tuple(message for term in terms for message in _messages(term, locale))
    return po.write(PoFile("", headers, f"Glossary of {project}.", messages))


def _messages(term: Term, locale: Locale) -> Iterator[Message]:
    notes = (term.definition,) if term.definition else ()
    if term.do_not_translate:
        yield Message(term.id, term.term, term.term, notes=notes, flags=("read-only",))
        return
    words = term.translations.get(locale.tag)
    if words is None:
        yield Message(term.id, term.term, notes=notes)
        return
    allowed = (f"Also: {', '.join(words.allowed)}",) if words.allowed else ()
    yield Message(term.id, term.term, words.preferred, notes=(*notes, *allowed))
    for number, form in enumerate(words.forbidden, 1):
        context = f"{term.id}/forbidden{number}"
        yield Message(context, term.term, form, flags=("forbidden",))
