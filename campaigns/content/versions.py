"""Versions of a campaign's content: kept at each step, named by people, restored."""

from typing import Any

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.check_content import ContentError
from campaigns.content.content_version import content_version
from campaigns.content.open_for_edit import open_for_edit
from campaigns.content.translations.follow import follow_restored
from campaigns.models import Campaign, CampaignContent, CampaignVersion
from campaigns.states import VersionReason
from newsletter.audit.actor import current_actor
from newsletter.core.languages import language_name

MAXIMUM_NAME = 80
"""Characters of a version's name."""
WRITTEN = ("subject", "preheader", "blocks")
"""The columns that people write."""


def keep_version(
    campaign: Campaign, reason: VersionReason, *, name: str = ""
) -> CampaignVersion | None:
    """Keep what a campaign says now, in the transaction of what is done.

    Returns:
        The version. None: nothing is written yet.
    """
    contents = contents_now(campaign)
    if not contents:
        return None
    return CampaignVersion.objects.create(
        campaign=campaign,
        reason=reason,
        name=name,
        contents=contents,
        by=current_actor().name[:150],
    )


def latest_version(campaign: Campaign) -> CampaignVersion | None:
    """Return the latest version if it says what the campaign says now; else nothing."""
    latest = campaign.versions.order_by("-pk").first()
    return latest if latest and latest.contents == contents_now(campaign) else None


def name_version(campaign: Campaign, name: str) -> CampaignVersion:
    """Keep what a campaign says now, under a name.

    Raises:
        ContentError: no name, one that is too long, or nothing to keep.
    """
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > MAXIMUM_NAME or not cleaned.isprintable():
        raise ContentError("name", f"is needed, with at most {MAXIMUM_NAME} characters")
    version = keep_version(campaign, VersionReason.NAMED, name=cleaned)
    if version is None:
        raise ContentError("name", "nothing is written yet that could be kept")
    return version


def restore_version(version: CampaignVersion, language: str, *, seen: str = "") -> None:
    """Write one language of a campaign as it was. What is there now is kept as a version.

    A text that can't be sent any more comes back as it was, and preflight names it.

    Args:
        language: one that the version has.
        seen: the version of what is written now (its `content_version`) that the page showed;
            empty: any.

    Raises:
        NotEditable, EditConflict: nothing has been changed.
    """
    campaign = version.campaign
    with open_for_edit(
        campaign,
        seen,
        lambda: content_version(content_now(campaign, language)),
        action=CampaignAuditAction.VERSION_RESTORED,
        language=language,
        restored=str(version.pk),
    ) as locked:
        was = version.contents[language]
        if contents_now(locked).get(language) != was:
            name = f"Before {language_name(language)} was restored"
            keep_version(locked, VersionReason.REPLACED, name=name)
        before = content_now(locked, language)
        after, _ = CampaignContent.objects.update_or_create(
            campaign=locked, language=language, defaults={name: was[name] for name in WRITTEN}
        )
        follow_restored(
            locked, before=before, after=after, source=version.contents.get(locked.language)
        )
    campaign.refresh_from_db()


def contents_now(campaign: Campaign) -> dict[str, dict[str, Any]]:
    """Return what a campaign says now: language → subject, preheader and blocks."""
    rows = CampaignContent.objects.filter(campaign=campaign).order_by("language")
    return {
        row["language"]: {name: row[name] for name in WRITTEN}
        for row in rows.values("language", *WRITTEN)
    }


def content_now(campaign: Campaign, language: str) -> CampaignContent | None:
    """Return what is written now in one language."""
    return CampaignContent.objects.filter(campaign=campaign, language=language).first()
