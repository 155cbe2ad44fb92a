"""Edits of a campaign that has not been launched yet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import note_author
from campaigns.back_to_draft import back_to_draft
from campaigns.content.check_content import (
    ContentError,
    clean_campaign_name,
    clean_content,
    require_offered_language,
    require_own_event,
    require_rule,
)
from campaigns.content.fingerprint import fingerprint
from campaigns.edit_conflict import refuse_conflict, version_of
from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.states import EDITABLE, AudienceRule, CampaignStatus
from newsletter.core.languages import BadLanguage, parse_language
from newsletter.rendering.blocks.clean import blocks_that_need_an_event
from subscribers.countries import country_codes
from subscribers.models import Topic

DETAILS = frozenset({"name", "topic", "event", "language", "is_archived", "carries_calendar"})
"""What `save_details` takes."""


class NotEditable(ValueError):
    """The campaign has been launched or cancelled, so its content is final."""


def content_version(content: CampaignContent | None) -> str:
    """Return the version of one language, for `seen`. A language without content has one, too."""
    return version_of(content or CampaignContent(), ("subject", "preheader", "blocks"))


def details_version(campaign: Campaign) -> str:
    """Return the version of the details, for `seen`."""
    return version_of(campaign, (DETAILS - {"topic", "event"}) | {"topic_id", "event_id"})


def audience_version(audience: Audience | None) -> str:
    """Return the version of an audience, for `seen`."""
    return version_of(audience or Audience(), ("countries", "languages", "rule"))


def save_content(
    campaign: Campaign,
    *,
    language: str,
    subject: str,
    preheader: str,
    blocks: object,
    seen: str = "",
) -> CampaignContent:
    """Write one language of a campaign.

    As with every edit here, an approved or scheduled campaign goes back to draft if the edit
    changes what was approved.

    Args:
        language: one of the installation's LANGUAGES.
        subject, preheader: one line each.
        blocks: as in the JSON shape of `create_campaign`.
        seen: the `content_version` that the editor opened; empty: any.

    Raises:
        ContentError: with the path of the field at fault.
        NotEditable, EditConflict: nothing has been changed.
    """
    with _opened(
        campaign,
        seen,
        lambda: content_version(_content(campaign, language)),
        action=CampaignAuditAction.CONTENT_SAVED,
        language=language,
    ) as locked:
        has_event = locked.event_id is not None
        cleaned = clean_content(
            {"subject": subject, "preheader": preheader, "blocks": blocks},
            language=language,
            path=f"contents.{language}",
            has_event=has_event,
        )
        content, _ = CampaignContent.objects.update_or_create(
            campaign=locked, language=language, defaults=cleaned
        )
    campaign.refresh_from_db()
    return content


def remove_content(campaign: Campaign, *, language: str, seen: str = "") -> bool:
    """Remove one language of a campaign. Its recipients get another that is written.

    Args:
        seen: the `content_version` that the page showed; empty: any.

    Returns:
        Whether there was one.

    Raises:
        ContentError: it is the campaign's own language.
        NotEditable, EditConflict: nothing has been changed.
    """
    with _opened(
        campaign,
        seen,
        lambda: content_version(_content(campaign, language)),
        action=CampaignAuditAction.CONTENT_REMOVED,
        language=language,
    ) as locked:
        if language == locked.language:
            raise ContentError(
                f"contents.{language}", "the campaign’s own language can’t be removed"
            )
        removed, _ = CampaignContent.objects.filter(campaign=locked, language=language).delete()
    campaign.refresh_from_db()
    return bool(removed)


def save_details(campaign: Campaign, *, seen: str = "", **details: Any) -> Campaign:
    """Change the details of a campaign: all that is neither content nor audience.

    Args:
        seen: the `details_version` that the form showed; empty: any.
        details: name (str), topic (Topic), event (Event or None), language (str), is_archived and
            carries_calendar (bool); what is absent stays as it is.

    Raises:
        ContentError: with the field at fault.
        NotEditable, EditConflict: nothing has been changed.
    """
    if unknown := details.keys() - DETAILS:
        raise TypeError(f"A campaign has no {', '.join(sorted(unknown))} to set")
    saved = Campaign.objects.filter(pk=campaign.pk)
    with _opened(
        campaign,
        seen,
        lambda: details_version(saved.get()),
        action=CampaignAuditAction.DETAILS_SAVED,
    ) as locked:
        _check_details(locked, details)
        for name, value in details.items():
            setattr(locked, name, value)
        locked.save(update_fields=[*details, "updated_at"])
    campaign.refresh_from_db()
    return campaign


def save_audience(
    campaign: Campaign,
    *,
    countries: list[str],
    languages: list[str],
    rule: str | None = None,
    seen: str = "",
) -> Audience:
    """Narrow a campaign's audience among the topic's followers. What is empty narrows nothing.

    Args:
        countries: ISO 3166-1 alpha-2 codes.
        languages: BCP 47 tags; `en` takes in en-GB.
        rule: one of AudienceRule; None leaves it as it is.
        seen: the `audience_version` that the form showed; empty: any.

    Raises:
        ContentError: an unknown country, what is no language tag, or a rule that the campaign
            can't have.
        NotEditable, EditConflict: nothing has been changed.
    """
    saved = Audience.objects.filter(campaign=campaign)
    with _opened(
        campaign,
        seen,
        lambda: audience_version(saved.first()),
        action=CampaignAuditAction.AUDIENCE_SAVED,
    ) as locked:
        if locked.tells_of_change:
            raise ContentError(
                "audience", "can’t be changed: everybody who was told must hear of the change"
            )
        for index, code in enumerate(countries):
            if code not in country_codes():
                raise ContentError(
                    f"audience.countries[{index}]", "is not a country code, such as NZ"
                )
        tags = {
            _language_tag(tag, path=f"audience.languages[{index}]")
            for index, tag in enumerate(languages)
        }
        wanted: dict[str, Any] = {"countries": sorted(set(countries)), "languages": sorted(tags)}
        if rule is not None:
            wanted["rule"] = _rule(rule, locked)
        audience, _ = Audience.objects.update_or_create(campaign=locked, defaults=wanted)
    campaign.refresh_from_db()
    return audience


@contextmanager
def _opened(
    campaign: Campaign,
    seen: str,
    version: Callable[[], str],
    *,
    action: CampaignAuditAction,
    **details: str,
) -> Iterator[Campaign]:
    """Lock a campaign for an edit, and take it back to draft if what was approved has changed.

    Args:
        seen: the version that the form was opened with; empty: any.
        version: reads the saved version of what is edited.
        action: what the audit log says if it changes, with `details`.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.status not in EDITABLE:
            raise NotEditable(
                f"This campaign is {locked.get_status_display().lower()}, so it can’t be changed "
                f"any more."
            )
        opened, approved = version(), fingerprint(locked)
        yield locked
        edited = version()
        refuse_conflict(seen, before=opened, after=edited)
        fresh = Campaign.objects.get(pk=locked.pk)
        if edited != opened:
            note_author(fresh)
            record_campaign(action, fresh, **details)
        if fingerprint(fresh) == approved:
            return
        rows = Campaign.objects.filter(pk=locked.pk)
        rows.update(updated_at=timezone.now(), pause_reason="")
        # A campaign in review stays there: approve() compares with what the reviewer has seen.
        back_to_draft(rows.exclude(status=CampaignStatus.IN_REVIEW))


def _content(campaign: Campaign, language: str) -> CampaignContent | None:
    return CampaignContent.objects.filter(campaign=campaign, language=language).first()


def _rule(rule: str, campaign: Campaign) -> AudienceRule:
    if rule and campaign.asks_for_consent:
        raise ContentError("audience.rule", "is not for a campaign that asks people to agree again")
    return require_rule(rule, has_event=campaign.event_id is not None, path="audience.rule")


def _language_tag(tag: object, *, path: str) -> str:
    try:
        return parse_language(str(tag))
    except BadLanguage as error:
        raise ContentError(path, "is not a language code, such as en") from error


def _check_what_is_fixed(campaign: Campaign, details: dict[str, Any]) -> None:
    """Check what a campaign of a kind of its own can't have otherwise."""
    if campaign.asks_for_consent:
        if details.get("topic", campaign.topic) != campaign.topic:
            raise ContentError("topic", "can’t be another: this campaign asks its subscribers")
        details["is_archived"] = False
    if campaign.tells_of_change:
        for name in ("topic", "event"):
            if details.get(name, getattr(campaign, name)) != getattr(campaign, name):
                raise ContentError(name, "can’t be another: this campaign tells of a change of it")
        details["is_archived"] = False


def _check_details(campaign: Campaign, details: dict[str, Any]) -> None:
    _check_what_is_fixed(campaign, details)
    if "name" in details:
        details["name"] = clean_campaign_name(details["name"])
    if "topic" in details and not isinstance(details["topic"], Topic):
        raise ContentError("topic", "is missing")
    require_offered_language(details.get("language", campaign.language), path="language")
    _check_event(campaign, details)


def _check_event(campaign: Campaign, details: dict[str, Any]) -> None:
    event = details.get("event", campaign.event)
    if event is not None and not isinstance(event, Event):
        raise ContentError("event", "is not an event")
    if campaign.step and event != campaign.event:
        raise ContentError("event", "can’t be another: this campaign is a step of its series")
    require_own_event(event, topic=details.get("topic", campaign.topic))
    if event is None and "event" in details:
        if Audience.objects.filter(campaign=campaign).exclude(rule=AudienceRule.NONE).exists():
            raise ContentError(
                "event", "is needed, because the audience depends on answers. Change that first"
            )
        for content in campaign.contents.all():
            path = f"contents.{content.language}.blocks"
            for place, label in blocks_that_need_an_event(content.blocks, path=path):
                raise ContentError(place, f"the {label.lower()} needs an event; remove it first")
