"""An audience rule in words, for whoever reviews it."""

from collections.abc import Sequence

from campaigns.states import AudienceRule
from newsletter.core.languages import language_name
from subscribers.countries import country_name


def audience_in_words(
    *, rule: str, languages: Sequence[str], countries: Sequence[str], conditions: str = ""
) -> list[tuple[str, str]]:
    """Return what an audience asks of a topic's subscribers: names and values, as people read them.

    Args:
        rule: one of AudienceRule.
        languages: BCP 47 tags; none: all.
        countries: codes; none: all.
        conditions: as a phrase that follows "who"; empty: none.
    """
    label = AudienceRule(rule).label if rule in AudienceRule.values else rule
    whom = "Everybody," if conditions.startswith("except") else "Those who"
    more = [("Conditions", f"{whom} {conditions}")] if conditions else []
    return [
        ("Answers", label),
        ("Languages", _names([language_name(each) for each in languages])),
        ("Countries", _names([country_name(each) for each in countries])),
        *more,
    ]


def _names(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) if names else "All"
