"""The versions of the consent wording, by topic, and asking those under an earlier one again."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from campaigns.audience.resolve import receivers_of
from campaigns.content.ask_again import create_consent_campaign
from campaigns.models import Campaign
from campaigns.states import EDITABLE, CampaignKind
from campaigns.studio.decorators import studio_url
from campaigns.studio.masking import may_see_subscribers
from newsletter.core.languages import direction_of, language_name
from staff.views.frame import render_page, staff_page
from subscribers.consent.wording_versions import WordingVersion, versions_of
from subscribers.models import ConsentWording, Topic
from subscribers.need_to_know.hidden import visible_topics
from subscribers.need_to_know.small_groups import hidden_numbers
from subscribers.need_to_know.view_log import record_list_view
from subscribers.queries import followers

SEE_TOPICS = "subscribers.view_topic"
ASK = "campaigns.add_campaign"
COUNTED_AT_ONCE = 50_000
"""Followers of a topic who are counted before the page is shown. Of more, when asked."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the words of the page."""

    version: WordingVersion
    language: str
    direction: str
    place: str
    people: str
    """Empty where they weren't counted, or aren't shown."""


@dataclass(frozen=True, slots=True)
class TopicVersions:
    """The versions of one topic's wording."""

    topic: Topic
    is_counted: bool
    has_earlier: bool
    hides: bool
    """Whether some numbers are not shown, for a small group's sake."""
    lines: list[VersionLine]
    unused: list[VersionLine]
    """The words of forms by which nobody has agreed yet: one for each form and language."""


@require_safe
def _page(request: HttpRequest) -> HttpResponse:
    topics = list(visible_topics(request.user).order_by("position", "name"))
    for topic in topics:
        if topic.is_restricted:
            record_list_view(request.user, ConsentWording, topic_id=topic.pk)
    counted = request.GET.get("count", "")
    sections = [_section(request, topic, asked=topic.slug == counted) for topic in topics]
    return render_page(
        request,
        "studio/wordings.html",
        "Consent wording",
        sections=sections,
        may_ask=request.user.has_perm(ASK),
    )


@require_POST
def _ask(request: HttpRequest) -> HttpResponse:
    """Create the draft of a campaign to those who agreed to earlier words, or lead to it."""
    topics = {topic.slug: topic for topic in visible_topics(request.user)}
    topic = topics.get(request.POST.get("topic", ""))
    if topic is None:
        messages.error(request, "Nothing was created. Choose a topic that is listed here.")
        return redirect("wordings")
    begun = Campaign.objects.filter(topic=topic, kind=CampaignKind.CONSENT, status__in=EDITABLE)
    campaign = begun.order_by("-pk").first()
    if campaign is not None:
        messages.info(request, "This campaign was created before, and isn’t sent yet.")
        return redirect(studio_url("audience", campaign))
    with transaction.atomic():
        user = request.user
        campaign = create_consent_campaign(
            topic, created_by=user if user.is_authenticated else None
        )
        has_audience = receivers_of(campaign).exists()
        transaction.set_rollback(not has_audience)
    if not has_audience:
        messages.info(
            request,
            "Nobody is left to ask: all who subscribe to this topic agreed to the current wording, "
            "were asked for it before, are in discreet mode, have paused, or are blocked.",
        )
        return redirect("wordings")
    messages.success(request, "Campaign created. Read the text, then submit it for review.")
    return redirect(studio_url("content", campaign, campaign.language))


def _section(request: HttpRequest, topic: Topic, *, asked: bool) -> TopicVersions:
    is_counted = asked or not _is_large(topic)
    versions = versions_of(topic, counts=is_counted)
    numbers = [version.followers or 0 for version in versions]
    hidden = frozenset[int]() if may_see_subscribers(request) else hidden_numbers(numbers)
    has_earlier = not is_counted or not all(version.is_current for version in versions)
    lines = [_line(version, is_hidden=place in hidden) for place, version in enumerate(versions)]
    is_unused = [version.is_current and version.wording is None for version in versions]
    return TopicVersions(
        topic,
        is_counted,
        has_earlier,
        bool(hidden),
        lines=[line for line, unused in zip(lines, is_unused, strict=True) if not unused],
        unused=[line for line, unused in zip(lines, is_unused, strict=True) if unused],
    )


def _is_large(topic: Topic) -> bool:
    beyond = followers(topic).order_by()[COUNTED_AT_ONCE : COUNTED_AT_ONCE + 1]
    return bool(beyond.values_list("pk", flat=True))


def _line(version: WordingVersion, *, is_hidden: bool) -> VersionLine:
    wording, number = version.wording, version.followers
    if wording is None:
        place = "Not used yet" if version.is_current else "No wording was kept"
    else:
        place = f"{wording.get_form_display()}, version {wording.version}"
    people = "" if number is None or is_hidden else f"{number:,}"
    return VersionLine(
        version,
        language_name(version.language) if version.language else "Not known",
        direction_of(version.language) if version.language else "auto",
        place,
        people,
    )


wordings_page = staff_page(_page, permission=SEE_TOPICS)
ask_again = staff_page(_ask, permission=ASK, page="wordings")
