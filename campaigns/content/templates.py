"""Templates: the content of a campaign, kept under a name, to begin others with."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction, TemplateAction
from campaigns.audited import record_campaign
from campaigns.authors import carry_authors, note_author
from campaigns.content.check_content import (
    ContentError,
    clean_campaign_name,
    require_offered_language,
    require_own_event,
)
from campaigns.content.template_names import keep_named
from campaigns.content.translations.follow import follow
from campaigns.models import (
    Audience,
    Campaign,
    CampaignContent,
    CampaignTemplate,
    Event,
    TranslatedPart,
)
from newsletter.audit.record import record
from newsletter.rendering.blocks.registry import type_of
from subscribers.models import Topic


@transaction.atomic
def save_template(campaign: Campaign, *, name: str) -> CampaignTemplate:
    """Keep the content of a campaign as a template, without its event and audience.

    Args:
        campaign: in any state, its content complete or not. The caller has seen to it that whoever
            asks may know of it.

    Raises:
        ContentError: no name, one that another template has, or nothing is written yet.
    """
    contents = {
        each.language: {
            "subject": each.subject,
            "preheader": each.preheader,
            "blocks": each.blocks,
        }
        for each in campaign.contents.order_by("language")
    }
    if not contents:
        raise ContentError("contents", "is empty. Write something first")
    template = CampaignTemplate(
        name=clean_campaign_name(name),
        topic=campaign.topic,
        language=campaign.language if campaign.language in contents else min(contents),
        contents=contents,
        authors=campaign.authors,
        translated_parts=list(
            campaign.translated_parts.order_by("pk").values(
                "language", "part", "source_language", "source", "origin"
            )
        ),
    )
    keep_named(template, template.save)
    _record(TemplateAction.CREATED, template, campaign=campaign.pk)
    return template


@transaction.atomic
def rename_template(template: CampaignTemplate, *, name: str) -> CampaignTemplate:
    """Give a template another name.

    Raises:
        ContentError: no name, one that is too long, or that another template has.
    """
    before, template.name = template.name, clean_campaign_name(name)
    if template.name != before:
        keep_named(template, lambda: template.save(update_fields=["name", "name_key"]))
        _record(TemplateAction.RENAMED, template, before=before)
    return template


@transaction.atomic
def delete_template(template: CampaignTemplate) -> None:
    """Delete a template. Campaigns that began with it stay as they are."""
    _record(TemplateAction.DELETED, template)
    template.delete()


@transaction.atomic
def create_from_template(
    template: CampaignTemplate,
    *,
    name: str,
    topic: Topic,
    event: Event | None = None,
    language: str,
    subject: str = "",
    languages: Collection[str] | None = None,
    created_by: User | None = None,
) -> Campaign:
    """Create a draft with the content of a template.

    Args:
        language: the main one, in which the template has a version.
        languages: the others, of which those that the template has not are left out; None: all of
            the template's.
        subject: takes the place of the template's in that language, where there is one. Those of
            the other languages need a look then.
        created_by: whose draft it is.

    Raises:
        ContentError: a template of a need-to-know topic for another one, no version in that
            language, a block that needs an event without one, or another topic's event.
    """
    if template.topic.is_restricted and template.topic_id != topic.pk:
        raise ContentError("topic", f"must be {template.topic.name}, as this template is for it")
    require_own_event(event, topic=topic)
    require_offered_language(language, path="language")
    if language not in template.contents:
        raise ContentError("language", "is not in this template. Choose one of its languages")
    if event is None and _needs_event(template):
        raise ContentError("event", "is needed, because this template shows one")
    campaign = Campaign.objects.create(
        name=clean_campaign_name(name),
        topic=topic,
        event=event,
        language=language,
        created_by=created_by,
    )
    Audience.objects.create(campaign=campaign)
    taken = {language, *(template.contents if languages is None else languages)}
    CampaignContent.objects.bulk_create(
        CampaignContent(campaign=campaign, language=tag, **_kept(content, tag, language, subject))
        for tag, content in template.contents.items()
        if tag in taken
    )
    # What was to be translated still is.
    TranslatedPart.objects.bulk_create(
        TranslatedPart(campaign=campaign, **each)
        for each in template.translated_parts
        if each["language"] in taken
    )
    if subject:
        # The other languages say what the template's subject said.
        before = CampaignContent(language=language, **template.contents[language])
        own = campaign.contents.get(language=language)
        follow(campaign, before=before, after=own, seen=None)
    carry_authors(template.authors, campaign)
    note_author(campaign)
    record_campaign(CampaignAuditAction.CREATED, campaign, template=template.pk)
    return campaign


def _kept(content: dict[str, Any], tag: str, language: str, subject: str) -> dict[str, Any]:
    return content | {"subject": subject} if subject and tag == language else content


def _needs_event(template: CampaignTemplate) -> bool:
    types = [type_of(block) for each in template.contents.values() for block in each["blocks"]]
    return any(each.needs_event for each in types if each)


def _record(action: TemplateAction, template: CampaignTemplate, **details: Any) -> None:
    record(
        action,
        template,
        label=f"template “{template.name}”",
        topic_id=template.topic_id,
        **details,
    )
