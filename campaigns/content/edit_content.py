"""Edits of one language of a campaign that has not been launched yet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.check_content import ContentError, clean_content, keep_content
from campaigns.content.content_version import content_version
from campaigns.content.open_for_edit import open_for_edit
from campaigns.content.translations.follow import follow
from campaigns.content.versions import MAXIMUM_NAME, content_now, keep_version
from campaigns.models import Campaign, CampaignContent, TranslatedPart
from campaigns.states import EDITABLE, CampaignStatus, VersionReason
from newsletter.core.languages import language_name
from newsletter.rendering.blocks.newer_choices import without_newer_choices

WHILE_WRITING = frozenset({CampaignStatus.DRAFT})
"""States in which a campaign is saved while it is written. What is read by a reviewer, or was
approved, changes by a press alone."""
AUTOSAVES_RECORDED = timedelta(minutes=15)
"""The time in which the audit log names somebody who is writing once."""


def save_content(
    campaign: Campaign,
    *,
    language: str,
    subject: str,
    preheader: str,
    blocks: object,
    seen: str = "",
    complete: bool = True,
    automatic: bool = False,
    replaces: bool = False,
    sources: Mapping[str, str] | None = None,
) -> CampaignContent:
    """Write one language of a campaign.

    As with every edit here, an approved or scheduled campaign goes back to draft if the edit
    changes what was approved.

    Args:
        language: one of the installation's LANGUAGES.
        subject, preheader: one line each.
        blocks: as in the JSON shape of `create_campaign`.
        seen: the `content_version` that the editor opened; empty: any.
        complete: whether what is incomplete is refused. Else it is kept as it was typed, and
            preflight says what is missing.
        automatic: whether it is saved while somebody is writing, which is possible
            WHILE_WRITING. The audit log says so once in AUTOSAVES_RECORDED.
        replaces: whether it takes the place of what somebody else saved, which is then kept as a
            version.
        sources: of a translation, the versions of the source's parts that its writer has seen
            (campaigns.content.translations.follow); None: as they are now.

    Raises:
        ContentError: with the path of the field at fault.
        NotEditable, EditConflict: nothing has been changed.
    """
    with open_for_edit(
        campaign,
        seen,
        lambda: content_version(content_now(campaign, language)),
        action=CampaignAuditAction.CONTENT_SAVED,
        states=WHILE_WRITING if automatic else EDITABLE,
        unless_recorded_since=AUTOSAVES_RECORDED if automatic else None,
        language=language,
    ) as locked:
        typed = {"subject": subject, "preheader": preheader, "blocks": blocks}
        path, has_event = f"contents.{language}", locked.event_id is not None
        cleaned = (
            clean_content(typed, language=language, path=path, has_event=has_event)
            if complete
            else keep_content(typed, language=language, path=path)
        )
        if replaces:
            keep_version(locked, VersionReason.REPLACED)
        before = content_now(locked, language)
        if before:
            cleaned["blocks"] = without_newer_choices(cleaned["blocks"], before=before.blocks)
        content, _ = CampaignContent.objects.update_or_create(
            campaign=locked, language=language, defaults=cleaned
        )
        follow(locked, before=before, after=content, seen=sources)
    campaign.refresh_from_db()
    return content


def remove_content(campaign: Campaign, *, language: str, seen: str = "") -> bool:
    """Remove one language of a campaign, as `remove_contents` does.

    Returns:
        Whether there was one.
    """
    return bool(remove_contents(campaign, languages=[language], seen=seen))


def remove_contents(
    campaign: Campaign, *, languages: Sequence[str], seen: str = ""
) -> Sequence[str]:
    """Remove languages of a campaign together. What it says before is kept as a version.

    Recipients of these languages get another that is written.

    Args:
        seen: the `contents_version` of the languages that the page showed; empty: any.

    Returns:
        Those that there were.

    Raises:
        ContentError: the campaign's own language is among them.
        NotEditable, EditConflict: nothing has been changed.
    """
    with open_for_edit(
        campaign,
        seen,
        lambda: contents_version(campaign, languages),
        action=CampaignAuditAction.CONTENT_REMOVED,
        language=", ".join(languages),
    ) as locked:
        if locked.language in languages:
            raise ContentError(
                f"contents.{locked.language}", "the campaign’s own language can’t be removed"
            )
        rows = CampaignContent.objects.filter(campaign=locked, language__in=languages)
        there = set(rows.values_list("language", flat=True))
        removed = [language for language in languages if language in there]
        names = " and ".join(map(language_name, removed))
        were = "were" if len(removed) > 1 else "was"
        if removed:
            name = f"Before {names} {were} removed"
            if len(name) > MAXIMUM_NAME:
                name = f"Before {len(removed)} languages were removed"
            keep_version(locked, VersionReason.REPLACED, name=name)
        TranslatedPart.objects.filter(campaign=locked, language__in=languages).delete()
        rows.delete()
    campaign.refresh_from_db()
    return removed


def contents_version(campaign: Campaign, languages: Iterable[str]) -> str:
    """Return the version of several languages of a campaign together, for `seen`."""
    return " ".join(content_version(content_now(campaign, tag)) for tag in languages)
