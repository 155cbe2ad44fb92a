"""The difference of a campaign from what was decided on: texts, audience, sender and event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.content.compare_content import NOTHING, BlockChange, compare_content
from campaigns.content.fingerprint import approved_facts, fingerprint_of
from campaigns.content.versions import contents_now
from campaigns.models import Campaign, CampaignContent, Event, Review
from campaigns.review.approval import last_approval
from campaigns.review.facts_in_words import facts_in_words, is_long
from campaigns.review_states import ReviewDecision


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that is another than it was. Without values it is too long for a line."""

    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class LanguageChanges:
    """One language whose texts are others.

    Attributes:
        is_new, is_gone: whether it was not approved, or is not written any more.
    """

    language: str
    changes: Sequence[BlockChange]
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class ChangesSince:
    """All that differs from what a reviewer approved, or requested changes to."""

    review: Review
    languages: list[LanguageChanges] = field(default_factory=list)
    facts: list[FactChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.languages or self.facts)


def changes_since_approval(campaign: Campaign) -> ChangesSince | None:
    """Return what differs from what was approved last; None: nothing was, or nothing differs."""
    return _since(last_approval(campaign, with_texts=True), campaign)


def changes_since_request(campaign: Campaign) -> ChangesSince | None:
    """Return what differs from what a reviewer requested changes to last, if nobody decided since.

    None: nobody did, or nothing differs, or its texts aren't kept.
    """
    latest = campaign.reviews.select_related("version").order_by("-pk").first()
    is_request = latest is not None and latest.decision == ReviewDecision.RETURNED
    return _since(latest if is_request else None, campaign)


def _since(review: Review | None, campaign: Campaign) -> ChangesSince | None:
    if review is None or review.version is None:
        return None
    facts = approved_facts(campaign)
    if review.fingerprint == fingerprint_of(facts):
        return None
    return ChangesSince(
        review,
        _languages(review.version.contents, contents_now(campaign)),
        _facts(review.facts, facts, campaign) if review.facts else [],
    )


def content_as_approved(
    campaign: Campaign, review: Review, language: str
) -> CampaignContent | None:
    """Return one language as it was approved, with the event as it was then, to be rendered.

    Nothing of it may be saved. Documents, the audience and the brand's look are those of now.

    Args:
        review: one of `last_approval`, with texts.
    """
    was = review.version.contents.get(language) if review.version else None
    if was is None:
        return None
    shown = Campaign.objects.select_related("topic", "event").get(pk=campaign.pk)
    if shown.event is not None:
        _put_back(shown.event, review.facts)
    return CampaignContent(
        campaign=shown,
        language=language,
        subject=was["subject"],
        preheader=was["preheader"],
        blocks=was["blocks"],
    )


def _languages(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[LanguageChanges]:
    found = []
    for language in sorted({*before, *after}):
        changes = compare_content(before.get(language, NOTHING), after.get(language, NOTHING))
        if changes:
            found.append(
                LanguageChanges(
                    language,
                    changes,
                    is_new=language not in before,
                    is_gone=language not in after,
                )
            )
    return found


def _facts(
    before: Mapping[str, Any], after: Mapping[str, Any], campaign: Campaign
) -> list[FactChange]:
    old, new = facts_in_words(before, campaign), facts_in_words(after, campaign)
    return [
        FactChange(label) if is_long(label) else FactChange(label, old.get(label, ""), value)
        for label in {**old, **new}
        if (value := new.get(label, "")) != old.get(label, "")
    ]


_AS_IT_IS = ("title", "kind", "summary", "time_zone", "venue", "join_url", "status", "attendance")
_AT = {"starts_at": "starts_at", "ends_at": "ends_at", "was": "previous_starts_at"}
_IN_PARTS = ("agenda", "speakers")


def _put_back(event: Event, facts: Mapping[str, Any]) -> None:
    """Write the facts of an approval into an event that won't be saved."""
    was = facts.get("event") or {}
    if was.get("id") != event.pk:
        return
    for name in _AS_IT_IS:
        setattr(event, name, was.get(name, getattr(event, name)))
    event.texts, event.address = was.get("texts", {}), was.get("address", "")
    for name, column in _AT.items():
        moment = was.get(name)
        setattr(event, column, datetime.fromisoformat(moment) if moment else None)
    for name in _IN_PARTS:
        if name in facts.get("shown", {}):
            setattr(event, name, facts["shown"][name])
