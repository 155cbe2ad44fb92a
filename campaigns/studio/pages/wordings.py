"""The versions of the consent wording: which words people agreed to, by topic."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaigns.studio.masking import may_see_subscribers
from newsletter.core.languages import direction_of, language_name
from staff.views.frame import render_page, staff_page
from subscribers.consent.wording_versions import WordingVersion, versions_of
from subscribers.models import ConsentWording, Topic
from subscribers.need_to_know.hidden import visible_topics
from subscribers.need_to_know.view_log import record_list_view
from subscribers.queries import followers

SEE_TOPICS = "subscribers.view_topic"
COUNTED_AT_ONCE = 50_000
"""Followers of a topic who are counted before the page is shown. Of more, when asked."""
SMALL = 5
"""Smaller groups are hidden from whoever may not see subscribers."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the words of the page."""

    version: WordingVersion
    language: str
    direction: str
    place: str
    people: str


@dataclass(frozen=True, slots=True)
class TopicVersions:
    """The versions of one topic's wording."""

    topic: Topic
    is_counted: bool
    lines: list[VersionLine]


@require_safe
def _page(request: HttpRequest) -> HttpResponse:
    topics = list(visible_topics(request.user).order_by("position", "name"))
    for topic in topics:
        if topic.is_restricted:
            record_list_view(request.user, ConsentWording, topic_id=topic.pk)
    counted = request.GET.get("count", "")
    sections = [_section(request, topic, asked=topic.slug == counted) for topic in topics]
    return render_page(request, "studio/wordings.html", "Consent wording", sections=sections)


def _section(request: HttpRequest, topic: Topic, *, asked: bool) -> TopicVersions:
    is_counted = asked or not _is_large(topic)
    sees_people = may_see_subscribers(request)
    lines = [
        _line(version, sees_people=sees_people) for version in versions_of(topic, counts=is_counted)
    ]
    return TopicVersions(topic, is_counted, lines)


def _is_large(topic: Topic) -> bool:
    beyond = followers(topic).order_by()[COUNTED_AT_ONCE : COUNTED_AT_ONCE + 1]
    return bool(beyond.values_list("pk", flat=True))


def _line(version: WordingVersion, *, sees_people: bool) -> VersionLine:
    wording, number = version.wording, version.followers
    if wording is None:
        place = "Not used yet" if version.is_current else "No wording was kept"
    else:
        place = f"{wording.get_form_display()}, version {wording.version}"
    if number is None:
        people = ""
    elif number < SMALL and not sees_people:
        people = f"fewer than {SMALL}"
    else:
        people = f"{number:,}"
    return VersionLine(
        version,
        language_name(version.language) if version.language else "Not known",
        direction_of(version.language) if version.language else "auto",
        place,
        people,
    )


wordings_page = staff_page(_page, permission=SEE_TOPICS)
