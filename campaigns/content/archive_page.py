"""One page of the archive's list: which emails, and where the pages beside it begin.

Pages begin at an email, not at a number: what is sent meanwhile moves nothing from page to page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns.content.archive import archived_campaigns
from campaigns.content.archive_search import search_words, with_words
from campaigns.models import Campaign
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
    matching = _matching(wanted)
    last, first = _place(before), _place(after)
    if last:
        older_ones = Q(launched_at__lt=last[0]) | Q(launched_at=last[0], pk__lt=last[1])
        found = list(matching.filter(older_ones)[: number + 1])
        return _page(found[:number], newer=True, older=len(found) > number)
    if first:
        newer_ones = Q(launched_at__gt=first[0]) | Q(launched_at=first[0], pk__gt=first[1])
        nearest = matching.filter(newer_ones).order_by("launched_at", "pk")
        found = list(nearest[: number + 1])
        if len(found) >= number:
            return _page(found[:number][::-1], newer=len(found) > number, older=True)
    found = list(matching[: number + 1])
    return _page(found[:number], newer=False, older=len(found) > number)


def _matching(wanted: ArchiveFilter) -> QuerySet[Campaign]:
    campaigns = archived_campaigns()
    if wanted.topic:
        campaigns = campaigns.filter(topic__slug=wanted.topic)
    if wanted.year:
        campaigns = campaigns.filter(launched_at__year=wanted.year)
    if wanted.words:
        words = search_words(wanted.words)
        campaigns = with_words(campaigns, words) if words else campaigns.none()
    return campaigns


def _page(campaigns: list[Campaign], *, newer: bool, older: bool) -> ArchivePage:
    if not campaigns:
        return ArchivePage([])
    first, last = campaigns[0], campaigns[-1]
    return ArchivePage(campaigns, str(first.slug) if newer else "", str(last.slug) if older else "")


def _place(slug: str) -> tuple[object, int] | None:
    """Return where an email stands in the list, or None where it isn't in it."""
    try:
        found = archived_campaigns().filter(slug=UUID(slug))
    except ValueError:
        return None
    return found.values_list("launched_at", "pk").first()


def _slugs() -> set[str]:
    return {topic.slug for topic in archived_topics()}
