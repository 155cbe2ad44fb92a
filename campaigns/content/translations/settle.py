"""A translator's word on a part: it is still right, or this version does without it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import note_author
from campaigns.content.fingerprint import fingerprint
from campaigns.content.open_for_edit import NotEditable, end_changed_approval
from campaigns.content.translations.follow import keep
from campaigns.content.translations.standing import (
    PartStanding,
    TranslationStanding,
    standings_of,
)
from campaigns.models import Campaign, CampaignContent, TranslatedPart, TranslationOrigin


class SourceChanged(ValueError):
    """The source was saved again after the page was opened, so nobody has seen what it says now."""


def still_right(campaign: Campaign, *, language: str, key: str, seen: Mapping[str, str]) -> bool:
    """Note that a part of a translation says what the source says now.

    Of a part that the source has no more: that the translation keeps it as its own. A translation
    that is complete by this is sent, so an approval that was given without it ends, as by an edit.

    Args:
        key: of the part.
        seen: by part, the version of the source that the page showed; absent: none.

    Returns:
        Whether there was anything to note.

    Raises:
        SourceChanged, NotEditable: nothing has been noted.
    """
    return _settle(
        campaign,
        language,
        lambda each: each.key == key and each.is_incomplete,
        seen,
        _as_right,
    )


def leave_out(campaign: Campaign, *, language: str, key: str, seen: Mapping[str, str]) -> bool:
    """Note that a translation does without a part of the source. As `still_right` otherwise."""
    return _settle(
        campaign,
        language,
        lambda each: each.key == key and each.standing is TranslationStanding.MISSING,
        seen,
        _as_left_out,
    )


def all_right(campaign: Campaign, *, language: str, seen: Mapping[str, str]) -> bool:
    """Note that a whole translation is as it should be, and does without what it hasn't got."""
    return _settle(campaign, language, lambda each: each.is_incomplete, seen, _as_it_is)


def _settle(
    campaign: Campaign,
    language: str,
    which: Callable[[PartStanding], bool],
    seen: Mapping[str, str],
    note: Callable[[Campaign, str, PartStanding], None],
) -> bool:
    with _locked(campaign) as locked:
        content = CampaignContent.objects.filter(campaign=locked, language=language).first()
        approved = fingerprint(locked)
        found = [each for each in (standings_of(locked, content) if content else ()) if which(each)]
        for each in found:
            if (each.source.version if each.source else "") != seen.get(each.key, ""):
                raise SourceChanged("The source was changed while this page was open.")
            note(locked, language, each)
        if found:
            note_author(locked)
            record_campaign(
                CampaignAuditAction.TRANSLATION_CHECKED,
                locked,
                language=language,
                texts=len(found),
            )
            end_changed_approval(locked, approved=approved)
    campaign.refresh_from_db()
    return bool(found)


@contextmanager
def _locked(campaign: Campaign) -> Iterator[Campaign]:
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if not locked.is_editable:
            raise NotEditable(f"This campaign is {locked.get_status_display().lower()}.")
        yield locked


def _as_right(campaign: Campaign, language: str, each: PartStanding) -> None:
    if each.source is None:
        _delete(campaign, language, each.key)
    elif each.own is not None:
        keep(campaign, language, each.source, TranslationOrigin.WRITTEN)


def _as_left_out(campaign: Campaign, language: str, each: PartStanding) -> None:
    assert each.source is not None  # noqa: S101 - a missing part is one of the source
    keep(campaign, language, each.source, TranslationOrigin.LEFT_OUT)


def _as_it_is(campaign: Campaign, language: str, each: PartStanding) -> None:
    if each.standing is TranslationStanding.MISSING:
        _as_left_out(campaign, language, each)
    else:
        _as_right(campaign, language, each)


def _delete(campaign: Campaign, language: str, key: str) -> None:
    TranslatedPart.objects.filter(campaign=campaign, language=language, part=key).delete()
