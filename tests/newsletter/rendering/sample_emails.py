"""Emails of given blocks, and a reader of what they hold."""

from html.parser import HTMLParser
from typing import Any

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import clean_blocks
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.rendered import Rendered, fill_preview
from tests.samples import VALUES


class Page(HTMLParser):
    """The tags and texts that a mail program would find in an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def links(self) -> list[str]:
        return [attributes.get("href", "") for tag, attributes in self.tags if tag == "a"]


def email(*blocks: dict[str, Any], **details: Any) -> Email:
    """Return an email of these blocks, which are cleaned first."""
    fields: dict[str, Any] = {
        "subject": "Hello {given_name|colleague}",
        "reason": "You follow Quarterly meetings.",
        **details,
    }
    return Email(blocks=clean_blocks(list(blocks)), **fields)


def rendered(
    brand: Brand, *blocks: dict[str, Any], values: dict[str, str] | None = None, **details: Any
) -> Rendered:
    """Render an email of these blocks, filled with `values` or those of Ada."""
    return fill_preview(
        render_email(email(*blocks, **details), brand=brand), VALUES if values is None else values
    )
