"""One page of the archive's list: which emails, and where the pages beside it begin.

Pages begin at an email, not at a number: what is sent meanwhile moves nothing from page to page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns.content.archive import archived_campaigns
from campaigns.content.archive_search import search_words, with_words, words_to_compare
from campaigns.models import Campaign
from newsletter.core.db.kept_query import KeptQuery, Parameter
from newsletter.public_pages.kept_value import VALUES
from subscribers.models import Topic

EMAILS_A_PAGE = 20
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFilter:
    """The search of a visitor of the archive."""

    words: str = ""
    topic: str = ""
    year: int | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.topic or self.year)


class Side(Enum):
    """The side of an email on which others are looked for."""

    ANY = auto()
    OLDER = auto()
    NEWER = auto()


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """One page. `newer` and `older` are the slugs at which the pages beside it begin, or empty."""

    campaigns: list[Campaign]
    newer: str = ""
    older: str = ""


def read_filter(query: Mapping[str, str]) -> ArchiveFilter:
    """Read a filter from the fields of a request. What can't be one is none."""
    year = query.get("year", "")
    return ArchiveFilter(
        words=" ".join(query.get("q", "")[:LONGEST_SEARCH].replace("\0", " ").split()),
        topic=query.get("topic", "") if query.get("topic", "") in _slugs() else "",
        year=int(year) if year in {str(known) for known in archived_years()} else None,
    )


def archived_years() -> tuple[int, ...]:
    """Return the years in which archived emails were sent, the latest first."""
    return VALUES.value("archived years", _years)


def _years() -> tuple[int, ...]:
    years = archived_campaigns().order_by().datetimes("launched_at", "year", order="DESC")
    return tuple(moment.year for moment in years)


def archived_topics() -> tuple[Topic, ...]:
    """Return the topics of archived emails. Nobody changes them."""
    return VALUES.value("archived topics", _topics)


def _topics() -> tuple[Topic, ...]:
    topics = archived_campaigns().order_by().values("topic")
    return tuple(Topic.objects.filter(pk__in=topics))


def archive_page(
    wanted: ArchiveFilter, *, before: str = "", after: str = "", number: int = EMAILS_A_PAGE
) -> ArchivePage:
    """Return the latest emails that match, or those before or after one of them.

    Args:
        before, after: the slug of an email in the archive; any other text is none.
        number: of emails.
    """
    last, first = _place(before), _place(after)
    if last:
        found = _found(wanted, Side.OLDER, last, number=number)
        return _page(found[:number], newer=True, older=len(found) > number)
    if first:
        found = _found(wanted, Side.NEWER, first, number=number)
        if len(found) >= number:
            return _page(found[:number][::-1], newer=len(found) > number, older=True)
    found = _found(wanted, Side.ANY, number=number)
    return _page(found[:number], newer=False, older=len(found) > number)


def _found(
    wanted: ArchiveFilter, side: Side, place: tuple[datetime, int] | None = None, *, number: int
) -> list[Campaign]:
    """Return emails that match, and one more where there is one; the nearest to the place first."""
    words = search_words(wanted.words)
    if wanted.words and not words:
        return []
    compared = words_to_compare(words) if words else []
    year = (
        [datetime(wanted.year, 1, 1, tzinfo=UTC), datetime(wanted.year + 1, 1, 1, tzinfo=UTC)]
        if wanted.year
        else []
    )
    query = _query(side, len(compared), bool(wanted.topic), bool(year), number)
    return query.rows(*compared, *([wanted.topic] if wanted.topic else []), *year, *(place or ()))


@lru_cache(maxsize=256)
def _query(
    side: Side, words: int, has_topic: bool, has_year: bool, number: int
) -> KeptQuery[Campaign]:
    """Return the query for one kind of search; its values stand in the order of `_found`."""

    def build(*values: Parameter) -> QuerySet[Campaign]:
        campaigns = archived_campaigns().select_related(None).only("slug", "launched_at")
        given = iter(values)
        if words:
            # The words of what is hidden would be told by finding it.
            campaigns = campaigns.exclude(retraction__hides_email=True)
            campaigns = with_words(campaigns, list(islice(given, words)))
        if has_topic:
            campaigns = campaigns.filter(topic__slug=next(given))
        if has_year:
            campaigns = campaigns.filter(launched_at__gte=next(given), launched_at__lt=next(given))
        if side is Side.OLDER:
            at, pk = next(given), next(given)
            campaigns = campaigns.filter(Q(launched_at__lt=at) | Q(launched_at=at, pk__lt=pk))
        if side is Side.NEWER:
            at, pk = next(given), next(given)
            newer = campaigns.filter(Q(launched_at__gt=at) | Q(launched_at=at, pk__gt=pk))
            campaigns = newer.order_by("launched_at", "pk")
        return campaigns[: number + 1]

    values = words + has_topic + 2 * has_year + 2 * (side is not Side.ANY)
    return KeptQuery(build, values=values)


def _page(campaigns: list[Campaign], *, newer: bool, older: bool) -> ArchivePage:
    if not campaigns:
        return ArchivePage([])
    first, last = campaigns[0], campaigns[-1]
    return ArchivePage(campaigns, str(first.slug) if newer else "", str(last.slug) if older else "")


def _place(slug: str) -> tuple[datetime, int] | None:
    """Return where an email stands in the list, or None where it isn't in it."""
    try:
        known = UUID(slug)
    except ValueError:
        return None
    found = archived_campaigns().select_related(None).filter(slug=known)
    row = found.only("launched_at").first()
    return (row.launched_at, row.pk) if row and row.launched_at else None


def _slugs() -> set[str]:
    return {topic.slug for topic in archived_topics()}
