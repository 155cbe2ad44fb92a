"""XML from outside: no entities, no document type, no rubbish."""

import io

import pytest

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.xml_events import local, parse

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def read(document: bytes) -> list[str]:
    found: list[str] = []
    for _ in parse(
        io.BytesIO(document),
        start=lambda name, attributes: found.append(f"<{local(name)}>"),
        end=lambda name: found.append(f"</{local(name)}>"),
        text=found.append,
    ):
        pass
    return found


def test_elements_come_without_their_namespaces() -> None:
    assert read(b'<x:a xmlns:x="y"><x:b>c</x:b></x:a>') == ["<a>", "<b>", "c", "</b>", "</a>"]


@pytest.mark.parametrize("document", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
def test_a_document_type_is_refused(document: bytes) -> None:
    with pytest.raises(ImportProblem, match="document type"):
        read(document)


@pytest.mark.parametrize(
    "document",
    [b"", b"<a>", b"<a></b>", b"<a>\x00</a>", b"PK", b"<a>&unknown;</a>", b"<a>\xff</a>",
     b'<?xml version="1.0" encoding="no-such"?><a/>'],
)  # fmt: skip
def test_what_is_no_xml_is_damaged(document: bytes) -> None:
    with pytest.raises(ImportProblem, match="damaged"):
        read(document)
