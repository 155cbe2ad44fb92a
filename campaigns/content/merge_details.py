"""Merge values that few campaigns use: a recipient's institution, and custom fields."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from newsletter.core.bidi import isolated
from newsletter.core.dates import long_date
from newsletter.core.web_addresses import holds_web_address
from newsletter.rendering.merge import Splice
from newsletter.rendering.merge_fields import CUSTOM
from subscribers.models import CustomFieldValue, Subscriber

INSTITUTION = "institution"

type Details = Mapping[int, Mapping[str, str | date]]
"""Subscriber id → merge field → what is known of it, in no language yet."""


def details_used(splices: Iterable[Splice]) -> frozenset[str]:
    """Return the merge fields of these texts that `read_details` fills; mostly there are none."""
    return frozenset(
        name
        for splice in splices
        for name in splice.fields
        if name == INSTITUTION or name.startswith(CUSTOM)
    )


def read_details(people: Collection[int], used: Collection[str]) -> Details:
    """Read what is known of some people: a query for each table that is used.

    Args:
        people: ids of subscribers.
        used: names of merge fields, of `details_used`.
    """
    found: dict[int, dict[str, str | date]] = {}
    if INSTITUTION in used:
        rows = Subscriber.objects.filter(pk__any_of=people).exclude(institution="")
        for person, institution in rows.values_list("pk", "institution"):
            found.setdefault(person, {})[INSTITUTION] = institution
    keys = [name.removeprefix(CUSTOM) for name in used if name.startswith(CUSTOM)]
    if keys:
        values = CustomFieldValue.objects.filter(subscriber__pk__any_of=people, field__key__in=keys)
        for person, key, value, day in values.values_list(
            "subscriber", "field__key", "value", "day"
        ):
            found.setdefault(person, {})[CUSTOM + key] = day or value
    return found


def details_in_words(known: Mapping[str, str | date], language: str) -> dict[str, str]:
    """Return merge values in the language of an email.

    A value that mail programs would make a link of is left out: lists and applications come from
    strangers, and the email is ours.
    """
    return {
        name: isolated(text, language)
        for name, value in known.items()
        if (text := long_date(value, language) if isinstance(value, date) else value)
        and not holds_web_address(text)
    }
