"""The facts of a campaign that somebody approved, in words: audience, sender, and its event's."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.audience.narrow import conditions_in_words
from campaigns.event_states import Attendance, CalendarMode, EventKind, EventStatus
from campaigns.events.local_time import moment_written
from campaigns.models import Campaign
from campaigns.review.audience_words import audience_in_words
from newsletter.core.languages import language_name
from subscribers.states import ArchiveAccess

type Facts = Mapping[str, Any]
"""As `campaigns.content.fingerprint.approved_facts` returns them."""

_PAGES_LANGUAGE = "en"
_LABELS = {
    "title": "Title of the event",
    "kind": "Kind of event",
    "summary": "Summary of the event",
    "starts_at": "Start",
    "ends_at": "End",
    "venue": "Venue",
    "address": "Address",
    "join_url": "Meeting link",
    "status": "Status of the event",
    "attendance": "Attendance",
    "answers_until": "Answers until",
    "was": "Time before it was moved",
    "is_public": "Page of the event",
}
_CHOICES: Mapping[str, Any] = {"kind": EventKind, "status": EventStatus, "attendance": Attendance}
_MOMENTS = ("starts_at", "ends_at", "was", "answers_until")
_ARCHIVE = {
    ArchiveAccess.PUBLIC: "Shown once it is sent",
    ArchiveAccess.SUBSCRIBERS: "For subscribers of the topic once it is sent",
    ArchiveAccess.NONE: "Not shown",
}
_SHOWN = {
    "agenda": "Agenda of the event",
    "picture": "Picture of the event",
    "speakers": "Speakers of the event",
    "documents": "Documents of the event",
    "social_links": "Social links of the brand",
}


def facts_in_words(facts: Facts, campaign: Campaign) -> dict[str, str]:
    """Return the facts by their names for staff.

    Another topic or event than the campaign's of now isn't named: whoever reads this may not know
    of it. Of what is long, such as an agenda, the words stand for a state, and differ from those of
    another.

    Args:
        facts: of now or of an approval.
        campaign: that they are about.
    """
    own_topic = facts.get("topic") == campaign.topic_id
    words = {
        "Topic": campaign.topic.name if own_topic else "Another topic",
        **dict(
            audience_in_words(
                rule=facts.get("rule", ""),
                languages=facts.get("languages", []),
                countries=facts.get("countries", []),
                conditions=_conditions(facts, own_topic=own_topic),
            )
        ),
        **_sender(facts.get("sender") or ("", "", "")),
        "Named in the conditions": _state(
            facts.get("conditions", {}).get("facts") if own_topic else None
        ),
        "Main language": language_name(facts.get("language", "")),
        "Past emails": archive_in_words(_access(facts)),
        "Incomplete translations": ", ".join(map(language_name, facts.get("to_translate", []))),
        **_event(facts.get("event"), campaign),
        **{label: _state(facts.get("shown", {}).get(name)) for name, label in _SHOWN.items()},
        "Dial-in": str(facts.get("dial_in", "")),
        "Calendar": _calendar(facts.get("calendar")),
        "Links": "Counted, for all recipients together" if facts.get("counts_links") else "",
        "Consent wording": _state(facts.get("consent")),
    }
    return {label: value for label, value in words.items() if value}


def archive_in_words(access: ArchiveAccess) -> str:
    """Return who can read the email on our pages once it is sent."""
    return _ARCHIVE[access]


def _access(facts: Facts) -> ArchiveAccess:
    if facts.get("is_archived"):
        return ArchiveAccess.PUBLIC
    return ArchiveAccess(facts.get("archive", ArchiveAccess.NONE))


def _conditions(facts: Facts, *, own_topic: bool) -> str:
    conditions = facts.get("conditions")
    if not conditions:
        return ""
    if not own_topic:
        return "meet conditions of another topic"
    return conditions_in_words(conditions["tree"], topic_id=facts["topic"])


def _sender(sender: Any) -> dict[str, str]:
    name, address, reply_to = sender
    return {"Sender": f"{name} <{address}>", "Replies go to": reply_to or address}


def _event(event: Mapping[str, Any] | None, campaign: Campaign) -> dict[str, str]:
    if event is None:
        return {"Event": "None"}
    if event.get("id") != campaign.event_id or campaign.event is None:
        return {"Event": "Another event"}
    zone = str(event.get("time_zone", "UTC"))
    words = {label: _value(name, event.get(name), zone) for name, label in _LABELS.items()}
    texts = {
        f"Event in {language_name(language)}": _state(text)
        for language, text in (event.get("texts") or {}).items()
    }
    return {"Event": campaign.event.title, **words, **texts}


def _value(name: str, value: Any, zone: str) -> str:
    if value is None or value == "":
        return ""
    if name == "is_public":
        return "Public" if value else "Not public"
    if name in _MOMENTS:
        return moment_written(datetime.fromisoformat(value), zone, _PAGES_LANGUAGE)
    choices = _CHOICES.get(name)
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    return str(value)


def _calendar(calendar: Any) -> str:
    if not calendar:
        return ""
    mode, title = calendar
    words = CalendarMode(mode).label if mode in CalendarMode.values else str(mode)
    return f"{words}, as “{title}”" if title else str(words)


def _state(value: Any) -> str:
    """Return words that are the same for the same value alone."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False) if value else ""


LONG = frozenset({*_SHOWN.values(), "Consent wording", "Named in the conditions"})
"""Names whose values are too long to be read side by side, or are a state alone."""


def is_long(label: str) -> bool:
    """Return whether a fact is shown as changed, without its values."""
    return label in LONG or label.startswith("Event in ")
