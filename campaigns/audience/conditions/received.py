"""Having got an earlier campaign, as its ledger says."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from campaigns.audience.conditions.kind import Kind, Value, quoted
from campaigns.audience.conditions.parts import choice_of, id_of, only_keys
from campaigns.models import Campaign, Delivery
from campaigns.states import REACHED_NOBODY, DeliveryStatus

GOT = {"yes": "Got it", "no": "Didn’t get it"}
GONE = "an email that was deleted"
_NEITHER = (*REACHED_NOBODY, DeliveryStatus.PLANNED)
"""Whoever still waits for it hasn't got it."""


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "campaign", "got")
    return {"campaign": id_of(data, path, "campaign"), "got": choice_of(data, path, "got", GOT)}


def _condition(value: Value, through: str) -> Q:
    rows = Delivery.objects.filter(
        campaign_id=value["campaign"], subscriber_id=OuterRef(f"{through}pk")
    )
    # One in doubt may have been read, so it counts as one that arrived.
    got = Q(Exists(rows.exclude(status__in=_NEITHER)))
    return got if value["got"] == "yes" else ~got


def _campaign(value: Value) -> Campaign | None:
    return Campaign.objects.select_related("topic").filter(pk=value["campaign"]).first()


def _words(value: Value) -> str:
    campaign = _campaign(value)
    name = quoted(campaign.name) if campaign else GONE
    return f"got {name}" if value["got"] == "yes" else f"didn’t get {name}"


def _problem(value: Value) -> str:
    campaign = _campaign(value)
    if campaign is None:
        return f"It names {GONE} (number {value['campaign']})."
    if campaign.recipients_forgotten_at is not None:
        return f"It is too long ago that {quoted(campaign.name)} was sent: nobody knows to whom."
    return ""


def _facts(value: Value) -> object:
    campaign = _campaign(value)
    return campaign.name if campaign else None


def _restricted_topic(value: Value) -> int | None:
    campaign = _campaign(value)
    return campaign.topic_id if campaign and campaign.topic.is_restricted else None


RECEIVED = Kind(
    key="received",
    label="Got an earlier email",
    parse=_parse,
    condition=_condition,
    words=_words,
    problem=_problem,
    restricted_topic=_restricted_topic,
    facts=_facts,
)
