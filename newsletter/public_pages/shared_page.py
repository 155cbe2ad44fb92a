"""The way a public page is shown where somebody shares its link: Open Graph tags (https://ogp.me).

A page without them is shown by its title alone. Pages behind a link in mail have none.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.text import Truncator

LONGEST = 200
"""Characters of a description; what shows it cuts it there or earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedImage:
    """An image that is shown with a page: its absolute address, its size in pixels, its words."""

    url: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPage:
    """The words of the tags of one page. All of it is plain text; the template escapes it."""

    title: str
    description: str
    path: str
    kind: str = "website"
    published_at: datetime | None = None
    image: SharedImage | None = None

    @property
    def url(self) -> str:
        """The page's own address, whatever host and query were asked for."""
        return f"{settings.SITE_URL}{self.path}"

    @property
    def summary(self) -> str:
        return Truncator(" ".join(self.description.split())).chars(LONGEST)
