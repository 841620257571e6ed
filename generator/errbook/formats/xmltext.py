"""XML from strangers: elements with their lines; entities and document types are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Refused(ValueError):
    """The text is no XML that is read here: ``str()`` says why, `line` and `column` say where."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.line = line
        self.column = column


@dataclass(slots=True)
class Element:
    """An element without its namespace."""

    name: str
    attributes: dict[str, str]
    line: int
    content: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, that of inline elements included."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    def children(self, *names: str) -> list[Element]:
        """The elements in it that have one of some names."""
        return [e for e in self.content if isinstance(e, Element) and e.name in names]

    def child(self, name: str) -> Element | None:
        """The first element in it of that name."""
        return next(iter(self.children(name)), None)

    def every(self, name: str) -> list[Element]:
        """The elements of that name at any depth, in the order of the text."""
        found = []
        for part in self.content:
            if isinstance(part, Element):
                found += [part] if part.name == name else part.every(name)
        return found


def read(data: bytes, *, doctype: bool = False) -> Element:
    """Read XML.

    Args:
        data: The bytes of the file, in any encoding that XML names.
        doctype: Whether a document type is let pass that defines nothing in the file itself. What
            it names is not fetched in any case.

    Returns:
        The outermost element.

    Raises:
        Refused: It is not well-formed, or defines entities.
    """
    reader = _Reader(doctype)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        problem = expat.ErrorString(error.code)
        raise Refused(f"this is no XML: {problem}", error.lineno, error.offset + 1) from error
    return reader.root()


class _Reader:
    def __init__(self, doctype: bool) -> None:
        self._doctype = doctype
        self.stack = [Element("", {}, 0)]
        self.parser = expat.ParserCreate(namespace_separator="\n")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._start_doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def root(self) -> Element:
        (root,) = self.stack[0].content
        assert isinstance(root, Element)
        return root

    def _refuse(self, problem: str) -> None:
        raise Refused(problem, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _start_doctype(
        self, name: str, system: str | None, public: str | None, has_subset: bool
    ) -> None:
        if has_subset or not self._doctype:
            self._refuse("a document type can make a file read others; it is refused")

    def _entity(self, *arguments: object) -> None:
        self._refuse("a file that defines entities is refused")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(_local(name), {}, self.parser.CurrentLineNumber)
        for key, value in attributes.items():
            # "lang" without its namespace and "xml:lang" are both in use.
            element.attributes[_local(key)] = value
        self.stack[-1].content.append(element)
        self.stack.append(element)
        if len(self.stack) > 100:
            self._refuse("elements are nested too deep")

    def _end(self, name: str) -> None:
        self.stack.pop()

    def _text(self, text: str) -> None:
        if len(self.stack) > 1:
            self.stack[-1].content.append(text)


def _local(name: str) -> str:
    return name.rpartition("\n")[2]


def legal(text: str) -> str:
    """The text without characters that XML cannot carry."""
    return _ILLEGAL.sub("", text)


def escape(text: str) -> str:
    """A text as XML content; a carriage return stays one."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def attribute(text: str) -> str:
    """A text as the value of an attribute in double quotes."""
    text = escape(text).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\t", "&#9;")
