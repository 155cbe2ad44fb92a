"""The choice in the address of a sign-up form: the topics that it offers, and its language."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language

from newsletter.core.languages import BadLanguage, lookup_language, parse_language
from subscribers.models import Topic

MOST_TOPICS = 50
"""More of them than a form can have. What comes after is not looked at."""
_SLUG = re.compile(r"[a-z0-9-]{1,60}")
_NO_TOPIC = "-"
"""A URL name that no topic can have."""


@dataclass(frozen=True, slots=True)
class FormChoice:
    """The topics and the language that the address of a form chooses, as far as it can be read."""

    topics: tuple[str, ...] = ()
    """URL names of the topics that the form is about. Without any it is about all of them."""
    language: str = ""
    """A language that we write in. "" leaves it to the visitor's browser."""

    @property
    def query(self) -> str:
        """Return the choice as the end of an address, such as `?topics=a,b&language=uk`, or ""."""
        chosen = {"topics": ",".join(self.topics), "language": self.language}
        pairs = {name: value for name, value in chosen.items() if value}
        return f"?{urlencode(pairs, safe=',')}" if pairs else ""

    @property
    def language_query(self) -> str:
        """Return the language alone as the end of an address."""
        return FormChoice(language=self.language).query


def read_choice(query: QueryDict) -> FormChoice:
    """Read `topics`, once or several times and with commas between them, and `language`.

    A language that we don't write in counts as none. A topic that there isn't does not: a form
    about one topic must not turn into one about all because that topic was closed.
    """
    named = [word.strip() for value in query.getlist("topics") for word in value.split(",")]
    words = [word for word in named if word][:MOST_TOPICS]
    slugs = dict.fromkeys(word if _SLUG.fullmatch(word) else _NO_TOPIC for word in words)
    return FormChoice(tuple(slugs), _language(query.get("language", "")))


def names_known_topics(query: str, topics: Collection[Topic]) -> bool:
    """Return whether a query chooses some of these topics, each once, and the page's language.

    So a page that repeats its query can be kept, and nobody can ask for endless others.
    """
    known = {topic.slug for topic in topics}
    named: list[str] = []
    languages = 0
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name in ("topic", "topics"):
            named += value.split(",")
        elif part == f"language={get_language()}":
            languages += 1
        else:
            return False
    return languages < 2 and len(named) == len(set(named)) and known.issuperset(named)


def _language(typed: str) -> str:
    try:
        return lookup_language(parse_language(typed), settings.CONTENT_LANGUAGES)
    except BadLanguage:
        return ""
