"""Load a campaign from JSON: whole, or not at all."""

import json
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import note_author
from campaigns.content.check_content import (
    CAMPAIGN_KEYS,
    ContentError,
    clean_campaign_name,
    clean_content,
    join_path,
    refuse_unstorable,
    require_conditions,
    require_flag,
    require_object,
    require_offered_language,
    require_own_event,
    require_readers,
    require_rule,
    require_text,
)
from campaigns.models import Audience, Campaign, CampaignContent, Event
from subscribers.models import Topic

MAXIMUM_BYTES = 1_000_000
"""In a campaign's JSON. An email has at most 100 KB; this leaves room for several languages."""


@transaction.atomic
def create_campaign(data: object, *, created_by: User | None = None) -> Campaign:
    """Create a draft from the JSON shape in docs/architecture.md, "The contract".

    Args:
        data: an object with CAMPAIGN_KEYS. topic and event are slugs (event may be null); language
            is the installation's first where it isn't given; rule is one of AudienceRule;
            conditions are as `campaigns.audience.conditions.tree` reads them; archive_access is
            anybody, subscribers or nobody, and the topic's own where it isn't given.
        created_by: whose draft it is.

    Raises:
        ContentError: with the path of the field at fault, such as contents.en.blocks[2].url;
            nothing has been created.
    """
    refuse_unstorable(data, path="")
    fields = require_object(data, path="", keys=CAMPAIGN_KEYS)
    name = clean_campaign_name(fields["name"])
    topic = _by_slug(Topic, fields["topic"], path="topic", what="topic")
    event = (
        None
        if fields.get("event") is None
        else _by_slug(Event, fields["event"], path="event", what="event")
    )
    require_own_event(event, topic=topic)
    language = require_offered_language(
        fields.get("language", settings.CONTENT_LANGUAGES[0]), path="language"
    )
    rule = require_rule(fields.get("rule"), has_event=event is not None)
    conditions = require_conditions(fields.get("conditions"), topic=topic)
    contents = _contents(fields["contents"], language=language, has_event=event is not None)
    campaign = Campaign.objects.create(
        name=name,
        topic=topic,
        event=event,
        language=language,
        created_by=created_by,
        archive_access=require_readers(fields.get("archive_access"), topic=topic),
        counts_links=require_flag(fields.get("counts_links"), path="counts_links"),
    )
    Audience.objects.create(campaign=campaign, rule=rule, conditions=conditions)
    CampaignContent.objects.bulk_create(
        CampaignContent(campaign=campaign, language=tag, **content)
        for tag, content in contents.items()
    )
    note_author(campaign)
    record_campaign(CampaignAuditAction.CREATED, campaign)
    return campaign


def read_json(raw: bytes) -> object:
    """Read a JSON text (RFC 8259) strictly: what parsers disagree about is refused.

    Args:
        raw: UTF-8, with or without a byte order mark.

    Raises:
        ContentError: it is not JSON, too large, nested too deep, or holds a key twice, NaN or
            Infinity.
    """
    if len(raw) > MAXIMUM_BYTES:
        raise ContentError("", f"The file is larger than {MAXIMUM_BYTES // 1000} KB.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError("", f"The file is not UTF-8 text (at byte {error.start}).") from error
    if not text.strip():
        raise ContentError("", "The file is empty.")
    try:
        return json.loads(text, object_pairs_hook=_without_twins, parse_constant=_refuse_constant)
    except ContentError:
        raise
    except json.JSONDecodeError as error:
        raise ContentError(
            "", f"The file is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise ContentError("", "The file is nested too deep.") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise ContentError("", "The file holds a number that is too long.") from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise ContentError(join_path("", name), "stands twice in the same object")
        fields[name] = value
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ContentError("", f"The file holds {name}, which is no JSON.")


def _contents(data: object, *, language: str, has_event: bool) -> dict[str, dict[str, Any]]:
    if not isinstance(data, dict):
        raise ContentError("contents", "must be an object with a language tag for each content")
    if language not in data:
        raise ContentError(
            f"contents.{language}",
            "is missing: the campaign's own language must be among the contents",
        )
    return {
        tag: clean_content(
            content, language=tag, path=join_path("contents", tag), has_event=has_event
        )
        for tag, content in data.items()
    }


def _by_slug[M: Model](model: type[M], value: object, *, path: str, what: str) -> M:
    slug = require_text(value, path=path)
    found = model._default_manager.filter(slug=slug).first()
    if found is None:
        known = list(model._default_manager.order_by("slug").values_list("slug", flat=True)[:10])
        hint = f"known are {', '.join(known)}" if known else f"there is no {what} at all yet"
        raise ContentError(path, f"there is no {what} {slug[:80]!r}; {hint}")
    return found
