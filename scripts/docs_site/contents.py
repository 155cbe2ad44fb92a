"""The site's table of contents: made of the lists of links in the first page.

Sphinx asks for `toctree` directives, which a code host shows as code. So the first page has plain
lists, and this extension adds the directives while Sphinx reads it: one a section, with the texts
of the links. A document that no list names is a warning of Sphinx's, and so a failure.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_SECTION = re.compile(r"^## (?P<caption>.+)$", re.MULTILINE)
_ENTRY = re.compile(r"^- \[(?P<text>[^\]]+)\]\((?P<document>[^)#:\s]+)\.md\)", re.MULTILINE)


def with_tables_of_contents(text: str) -> str:
    """Add a hidden table of contents to the end of each section that has a list of documents."""
    return "".join(_sections(text))


def _sections(text: str) -> Iterator[str]:
    introduction, *rest = _SECTION.split(text)
    yield introduction
    for caption, section in zip(rest[::2], rest[1::2], strict=True):
        entries = [f"{entry['text']} <{entry['document']}>" for entry in _ENTRY.finditer(section)]
        yield f"## {caption}{section}"
        if entries:
            yield "\n".join(
                ["```{toctree}", ":hidden:", f":caption: {caption}", "", *entries, "```", "", ""]
            )


def _read(app: "Sphinx", document: str, content: list[str]) -> None:
    if document == app.config.root_doc:
        content[0] = with_tables_of_contents(content[0])


def setup(app: "Sphinx") -> dict[str, bool]:
    """Have Sphinx call this before it reads a document."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
