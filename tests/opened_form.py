"""A form as a browser has it after a page was opened: what it sends if nobody types anything."""

from html.parser import HTMLParser

from django.test import Client


def opened_form(client: Client, path: str) -> dict[str, str]:
    """Open a page, and return the fields of its forms."""
    page = _Fields()
    page.feed(client.get(path).content.decode())
    return page.fields


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said:
            self.fields[self._select] = value
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = ""
        elif tag == "input" and said.get("type") in ("checkbox", "radio"):
            if "checked" in said:
                self.fields[name] = value or "on"
        elif tag == "input":
            self.fields[name] = value

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A line break right behind the tag is no part of the text.
            self.fields[self._textarea] = self.fields[self._textarea].removeprefix("\n")
            self._textarea = ""
