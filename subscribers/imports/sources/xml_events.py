"""XML as events, in flat memory: nothing but elements, attributes and text is believed.

A document type is refused, so there are no entities to expand, and nothing is fetched.
"""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.archives import DAMAGED

_CHUNK = 1 << 16

type Start = Callable[[str, dict[str, str]], None]
type End = Callable[[str], None]
type Text = Callable[[str], None]


def local(name: str) -> str:
    """Return an element's or attribute's name without the prefix of its namespace."""
    return name.rpartition(":")[2]


def parse(stream: IO[bytes], *, start: Start, end: End, text: Text) -> Iterator[None]:
    """Parse a document, and yield after each chunk, so that the caller can take what was found.

    Raises:
        ImportProblem: it is no XML, or has a document type.
    """
    # expat itself, because defusedxml would only wrap it, and a document type is refused below.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, UnicodeDecodeError, LookupError):
        raise ImportProblem(DAMAGED) from None


def _refuse(*_: object) -> None:
    raise ImportProblem(
        "The file has a document type in its XML, as no spreadsheet program writes it. It was not "
        "read."
    )
