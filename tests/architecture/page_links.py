"""Where a page leads: its links, its frames, its forms that can be sent, and what htmx asks for."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass(frozen=True, slots=True)
class Way:
    """A request that somebody who looks at a page can make."""

    method: str
    path: str


@dataclass(slots=True)
class _Form:
    way: Way
    can_be_sent: bool = False


def ways_of(html: str, *, path: str) -> set[Way]:
    """Return where a page leads.

    Args:
        path: that of the page.
    """
    reader = _Reader(path)
    reader.feed(html)
    return reader.ways | {form.way for form in reader.forms if form.can_be_sent}


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.ways: set[Way] = set()
        self.forms: list[_Form] = []
        self._by_id: dict[str, _Form] = {}
        self._open: _Form | None = None
        self._disabled = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "fieldset" and (self._disabled or "disabled" in given):
            self._disabled += 1
        if tag == "form":
            self._begin(given)
        for name, method in (
            ("href", "GET"),
            ("src", "GET"),
            ("hx-get", "GET"),
            ("hx-post", "POST"),
        ):
            if given.get(name) and (tag in ("a", "iframe") or name.startswith("hx-")):
                self.ways.add(self._way(method, given[name]))
        if tag in ("button", "input") and not (self._disabled or "disabled" in given):
            self._press(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "fieldset" and self._disabled:
            self._disabled -= 1

    def _begin(self, given: dict[str, str]) -> None:
        way = self._way(given.get("method", "get").upper(), given.get("action", ""))
        self._open = _Form(way)
        self.forms.append(self._open)
        if given.get("id"):
            self._by_id[given["id"]] = self._open

    def _press(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text").lower()
        form = self._by_id.get(given.get("form", "")) or self._open
        if kind not in ("submit", "image") or form is None:
            return
        if given.get("formaction"):
            self.ways.add(self._way(form.way.method, given["formaction"]))
        else:
            form.can_be_sent = True

    def _way(self, method: str, address: str) -> Way:
        return Way(method, urljoin(self.path, address.strip()).partition("#")[0].partition("?")[0])
