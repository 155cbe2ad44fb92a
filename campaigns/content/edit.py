"""Edits of the details and the audience of a campaign that has not been launched yet."""

from typing import Any

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.check_content import (
    ContentError,
    clean_campaign_name,
    require_conditions,
    require_offered_language,
    require_own_event,
    require_rule,
)
from campaigns.content.leave_topic import forget_earlier_texts
from campaigns.content.open_for_edit import open_for_edit
from campaigns.content.translations.completeness import translations_of
from campaigns.content.translations.standing import TranslationStanding
from campaigns.edit_conflict import version_of
from campaigns.models import Audience, Campaign, Event
from campaigns.states import AudienceRule
from newsletter.core.languages import BadLanguage, language_name, parse_language
from newsletter.rendering.blocks.clean import blocks_that_need_an_event
from subscribers.countries import country_codes
from subscribers.models import Topic
from subscribers.states import ArchiveAccess

DETAILS = frozenset(
    {"name", "topic", "event", "language", "archive_access", "carries_calendar", "counts_links"}
)
"""What `save_details` takes."""


def details_version(campaign: Campaign) -> str:
    """Return the version of the details, for `seen`."""
    return version_of(campaign, (DETAILS - {"topic", "event"}) | {"topic_id", "event_id"})


def audience_version(audience: Audience | None) -> str:
    """Return the version of an audience, for `seen`."""
    row = audience or Audience()
    # A form that was opened before there were conditions replaces the same version.
    more = ("conditions",) if row.conditions else ()
    return version_of(row, ("countries", "languages", "rule", *more))


def save_details(campaign: Campaign, *, seen: str = "", **details: Any) -> Campaign:
    """Change the details of a campaign: all that is neither content nor audience.

    One that leaves a need-to-know topic loses its versions.

    Args:
        seen: the `details_version` that the form showed; empty: any.
        details: name (str), topic (Topic), event (Event or None), language (str),
            archive_access (an ArchiveAccess, or "" for the topic's own), carries_calendar and
            counts_links (bool); what is absent stays as it is.

    Raises:
        ContentError: with the field at fault.
        NotEditable, EditConflict: nothing has been changed.
    """
    if unknown := details.keys() - DETAILS:
        raise TypeError(f"A campaign has no {', '.join(sorted(unknown))} to set")
    saved = Campaign.objects.filter(pk=campaign.pk)
    with open_for_edit(
        campaign,
        seen,
        lambda: details_version(saved.get()),
        action=CampaignAuditAction.DETAILS_SAVED,
    ) as locked:
        _check_details(locked, details)
        before = locked.topic
        for name, value in details.items():
            setattr(locked, name, value)
        locked.save(update_fields=[*details, "updated_at"])
        if before.is_restricted and locked.topic != before:
            forget_earlier_texts(locked)
    campaign.refresh_from_db()
    return campaign


def save_audience(
    campaign: Campaign,
    *,
    countries: list[str],
    languages: list[str],
    rule: str | None = None,
    conditions: object = None,
    seen: str = "",
) -> Audience:
    """Narrow a campaign's audience among the topic's followers. What is empty narrows nothing.

    Args:
        countries: ISO 3166-1 alpha-2 codes.
        languages: BCP 47 tags; `en` takes in en-GB.
        rule: one of AudienceRule; None leaves it as it is.
        conditions: as `campaigns.audience.conditions.tree` reads them; None leaves them as they
            are.
        seen: the `audience_version` that the form showed; empty: any.

    Raises:
        ContentError: an unknown country, what is no language tag, or a rule or conditions that the
            campaign can't have.
        NotEditable, EditConflict: nothing has been changed.
    """
    saved = Audience.objects.filter(campaign=campaign)
    with open_for_edit(
        campaign,
        seen,
        lambda: audience_version(saved.first()),
        action=CampaignAuditAction.AUDIENCE_SAVED,
    ) as locked:
        if locked.earlier_version_id:
            raise ContentError(
                "audience", "can’t be changed: this version goes to the rest of the earlier one"
            )
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
        if conditions is not None:
            wanted["conditions"] = require_conditions(
                conditions, topic=locked.topic, path="audience.conditions"
            )
        audience, _ = Audience.objects.update_or_create(campaign=locked, defaults=wanted)
    campaign.refresh_from_db()
    return audience


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
        details["archive_access"] = ArchiveAccess.NONE
    if campaign.tells_of_change:
        _refuse_another(campaign, details, "this campaign tells of a change of it")
        details["archive_access"] = ArchiveAccess.NONE
    if campaign.earlier_version_id:
        _refuse_another(campaign, details, "the earlier version of this campaign has it")


def _refuse_another(campaign: Campaign, details: dict[str, Any], why: str) -> None:
    for name in ("topic", "event"):
        if details.get(name, getattr(campaign, name)) != getattr(campaign, name):
            raise ContentError(name, f"can’t be another: {why}")


def _check_details(campaign: Campaign, details: dict[str, Any]) -> None:
    _check_what_is_fixed(campaign, details)
    if "name" in details:
        details["name"] = clean_campaign_name(details["name"])
    if "topic" in details and not isinstance(details["topic"], Topic):
        raise ContentError("topic", "is missing")
    if details.get("archive_access", "") not in ("", *ArchiveAccess):
        raise ContentError("archive_access", "is not one of the choices")
    language = details.get("language", campaign.language)
    require_offered_language(language, path="language")
    if language != campaign.language:
        _check_translations(campaign)
    _check_event(campaign, details)


def _check_translations(campaign: Campaign) -> None:
    """Refuse another main language while a translation holds copies of this one's texts.

    Beside another source nobody would see that they aren't translated.
    """
    names = [
        language_name(each.language)
        for each in translations_of(campaign)
        if any(part.standing is TranslationStanding.UNTRANSLATED for part in each.lacks)
    ]
    if names:
        raise ContentError(
            "language",
            f"can’t be another while texts are still to be translated: {', '.join(names)}. "
            f"Translate them, mark them as right, or remove the version first",
        )


def _check_event(campaign: Campaign, details: dict[str, Any]) -> None:
    event = details.get("event", campaign.event)
    if event is not None and not isinstance(event, Event):
        raise ContentError("event", "is not an event")
    if campaign.step and event != campaign.event:
        raise ContentError("event", "can’t be another: this campaign is a step of its series")
    topic = details.get("topic", campaign.topic)
    require_own_event(event, topic=topic)
    if campaign.topic.is_restricted and topic != campaign.topic:
        # They may name the topic that the campaign leaves.
        saved = Audience.objects.filter(campaign=campaign).first() or Audience()
        require_conditions(saved.conditions, topic=topic, path="audience.conditions")
    if event is None and "event" in details:
        if Audience.objects.filter(campaign=campaign).exclude(rule=AudienceRule.NONE).exists():
            raise ContentError(
                "event", "is needed, because the audience depends on answers. Change that first"
            )
        for content in campaign.contents.all():
            path = f"contents.{content.language}.blocks"
            for place, label in blocks_that_need_an_event(content.blocks, path=path):
                raise ContentError(place, f"the {label.lower()} needs an event; remove it first")
