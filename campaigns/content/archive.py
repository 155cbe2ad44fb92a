"""The archive: which emails are in it, and the lines of its list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

from campaigns.content.archive_language import LanguagePreference
from campaigns.content.archived_email import neutral_text
from campaigns.models import Campaign, CampaignContent
from campaigns.models.retraction import retraction_of
from campaigns.states import LAUNCHED, CampaignStatus
from newsletter.core.languages import direction_of, lookup_language
from newsletter.public_pages.kept_value import VALUES, KeptValues
from subscribers.states import ArchiveAccess


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One line of the archive's list."""

    slug: str
    subject: str
    preheader: str
    topic: str
    sent_at: datetime
    updated_at: datetime
    """When it was sent, or the notice changed that it was sent in error."""
    language: str
    direction: str
    query: str
    """The query that makes its address open in the language that was chosen."""
    is_retracted: bool = False
    """It was sent in error. Where its content is hidden, the subject says so."""


_LINES = KeptValues(room=2_000)
"""Lines of this process: one for each email, language of the page and preference."""


def archived_campaigns() -> QuerySet[Campaign]:
    """Return the campaigns in the archive, the latest first.

    They have been sent, their topic is one that anybody may follow, and anybody may read them.
    Of several versions it is the last one that has left; links to the others still lead to them.
    """
    return (
        readable_campaigns()
        .filter(status=CampaignStatus.SENT)
        .exclude(later_versions__status__in=LAUNCHED)
        .select_related(None)
        .select_related("topic", "event")
        .order_by("-launched_at", "-pk")
    )


def readable_campaigns() -> QuerySet[Campaign]:
    """Return the campaigns whose email anybody can read by its link.

    They are the archived ones, and those that are still being sent.
    """
    return _launched().filter(archive_access=ArchiveAccess.PUBLIC, topic__is_public=True)


def campaigns_for_subscribers() -> QuerySet[Campaign]:
    """Return the campaigns whose email the subscribers of its topic can read by a link of theirs.

    Whether the topic is public doesn't matter, as its subscribers know it.
    """
    return _launched().filter(archive_access=ArchiveAccess.SUBSCRIBERS)


def _launched() -> QuerySet[Campaign]:
    launched = Campaign.objects.filter(topic__is_restricted=False, status__in=LAUNCHED)
    return launched.exclude(launched_at=None).select_related("topic", "event", "retraction")


def archived_languages() -> frozenset[str]:
    """Return the languages in which anything in the archive can be read."""
    return VALUES.value("archived languages", _languages)


def _languages() -> frozenset[str]:
    return frozenset(
        CampaignContent.objects.filter(
            campaign__in=archived_campaigns().order_by(), falls_back=False
        )
        .values_list("language", flat=True)
        .distinct()
    )


def list_emails(campaigns: Iterable[Campaign], preference: LanguagePreference) -> list[ArchiveLine]:
    """Return the archive's lines for these campaigns, in their order.

    Those that aren't kept from an earlier list are made by two queries.

    Args:
        campaigns: nothing but their ids is looked at.
        preference: decides in which of its languages a line is shown.
    """
    page = (preference, get_language())
    names = [(campaign.pk, page) for campaign in campaigns]
    kept = _LINES.several(names, lambda missing: _made(missing, preference))
    return [line for line in kept if line is not None]


type _Name = tuple[int, tuple[LanguagePreference, str]]


def _made(
    names: Iterable[_Name], preference: LanguagePreference
) -> dict[_Name, ArchiveLine | None]:
    wanted = {pk: (pk, page) for pk, page in names}
    rows = list(
        Campaign.objects.filter(pk__in=wanted).select_related("topic", "event", "retraction")
    )
    contents: dict[int, dict[str, CampaignContent]] = {row.pk: {} for row in rows}
    columns = ("campaign_id", "language", "subject", "preheader")
    for content in CampaignContent.objects.filter(campaign__in=contents, falls_back=False).only(
        *columns
    ):
        contents[content.campaign_id][content.language] = content
    lines = {wanted[row.pk]: _line(row, contents[row.pk], preference) for row in rows}
    return {name: lines.get(name) for name in wanted.values()}


def _line(
    campaign: Campaign, written: dict[str, CampaignContent], preference: LanguagePreference
) -> ArchiveLine | None:
    content = written.get(preference.choose(written, own=campaign.language))
    if content is None or campaign.launched_at is None:
        return None
    language, retraction = content.language, retraction_of(campaign)
    line = ArchiveLine(
        slug=str(campaign.slug),
        subject=neutral_text(content.subject, campaign, language),
        preheader=neutral_text(content.preheader, campaign, language),
        topic=campaign.topic.local_name,
        sent_at=campaign.launched_at,
        updated_at=campaign.notice_changed_at or campaign.launched_at,
        language=language,
        direction=direction_of(language),
        query=f"?language={language}" if lookup_language(preference.chosen, [language]) else "",
        is_retracted=retraction is not None,
    )
    if retraction is None or not retraction.hides_email:
        return line
    page = get_language()
    return replace(
        line,
        subject=gettext("An email that was sent in error"),
        preheader="",
        language=page,
        direction=direction_of(page),
    )
