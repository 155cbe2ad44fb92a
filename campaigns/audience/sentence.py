"""The audience of a campaign as one sentence."""

from collections.abc import Mapping

from campaigns.audience.conditions.country import COUNTRY
from campaigns.audience.conditions.language import LANGUAGE
from campaigns.audience.narrow import conditions_in_words
from campaigns.models import Audience
from campaigns.states import AudienceRule

_ANSWERS: Mapping[str, str] = {
    AudienceRule.ACCEPTED: "come",
    AudienceRule.NO_ANSWER: "haven’t answered the invitation",
    AudienceRule.WAITING: "are on the waiting list",
    AudienceRule.CAME: "came",
    AudienceRule.DID_NOT_COME: "had accepted and didn’t come",
    AudienceRule.HOLDERS: "got the event for their calendar, or may come",
    AudienceRule.HAS_LINK: "got the meeting link, or come",
}


def audience_phrase(audience: Audience, *, topic_id: int, words: str = "") -> str:
    """Return a phrase that follows "everyone who subscribes to" the topic: “ who are from Chile”.

    It begins with the space or comma before it. Empty where the audience narrows nothing.

    Args:
        topic_id: of the campaign.
        words: the conditions as they were kept when it was sent; empty: as they are now.
    """
    parts = []
    if audience.languages:
        parts.append(LANGUAGE.words({"languages": audience.languages}))
    if audience.countries:
        parts.append(COUNTRY.words({"countries": audience.countries}))
    if audience.rule:
        parts.append(_ANSWERS.get(audience.rule, audience.rule))
    if words := words or conditions_in_words(audience.conditions, topic_id=topic_id):
        parts.append(_in_brackets(audience, words) if parts else words)
    if not parts:
        return ""
    # An exception alone follows what it is one of.
    phrase = ", and ".join(parts).replace(", and except", ", except")
    return f", {phrase}" if phrase.startswith("except") else f" who {phrase}"


def _in_brackets(audience: Audience, words: str) -> str:
    nodes = audience.conditions.get("conditions", [])
    if audience.conditions.get("match") != "any" or len(nodes) < 2:
        return words
    inner, but, exceptions = words.partition(", except those who ")
    return f"({inner}){but}{exceptions}"
