"""Details of a person, in their own words."""

from collections.abc import Collection

from django.db import transaction

from newsletter.core.languages import BadLanguage, parse_language
from newsletter.core.time_zones import known_zones
from newsletter.core.web_addresses import holds_web_address
from subscribers.countries import country_codes
from subscribers.greeting import MAXIMUM_SALUTATION, Greeting
from subscribers.models import Subscriber
from subscribers.person_names import (
    MAXIMUM_GIVEN_NAME,
    NO_WEB_ADDRESS,
    clean_name,
    guess_given_name,
)


class BadDetail(ValueError):
    """A value that can't be kept. The message is fit to be shown."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


@transaction.atomic
def change_details(
    subscriber_id: int,
    *,
    full_name: str | None = None,
    given_name: str | None = None,
    institution: str | None = None,
    language: str | None = None,
    country: str | None = None,
    time_zone: str | None = None,
    greeting: str | None = None,
    salutation: str | None = None,
) -> bool:
    """Change what is given; None leaves as it is, "" empties (language can't be empty).

    Args:
        full_name: a new one brings a new guess at the given name, unless `given_name` says it.
        language: a tag; whether there are emails in that language is the campaigns' affair.

    Returns:
        Whether there is such a subscriber.

    Raises:
        BadDetail: naming the column; nothing was changed.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return False
    if full_name is not None:
        _rename(subscriber, _name("full_name", full_name))
    if given_name is not None:
        subscriber.given_name = _name("given_name", given_name)[:MAXIMUM_GIVEN_NAME]
    if institution is not None:
        subscriber.institution = clean_name(institution)
    if language is not None:
        subscriber.language = _tag(language)
    if country is not None:
        subscriber.country = _known("country", country, ["", *country_codes()])
    if time_zone is not None:
        subscriber.time_zone = _known("time_zone", time_zone, ["", *known_zones()])
    if greeting is not None:
        subscriber.greeting = _known("greeting", greeting, ["", *Greeting.values])
    if salutation is not None:
        subscriber.salutation = _name("salutation", salutation)[:MAXIMUM_SALUTATION]
    subscriber.save(
        update_fields=[
            "full_name",
            "given_name",
            "institution",
            "language",
            "country",
            "time_zone",
            "greeting",
            "salutation",
            "updated_at",
        ]
    )
    return True


def _rename(subscriber: Subscriber, full_name: str) -> None:
    """Take a new name with a new guess at the given name.

    The same name leaves the given name as staff may have corrected it.
    """
    if full_name != subscriber.full_name:
        subscriber.full_name, subscriber.given_name = full_name, guess_given_name(full_name)


def _name(column: str, raw: str) -> str:
    name = clean_name(raw)
    if holds_web_address(name):
        raise BadDetail(column, str(NO_WEB_ADDRESS))
    return name


def _tag(language: str) -> str:
    try:
        return parse_language(language)
    except BadLanguage as error:
        raise BadDetail("language", str(error)) from error


def _known(column: str, value: str, choices: Collection[str]) -> str:
    if value not in choices:
        raise BadDetail(column, f"{value[:40]!r} is not among the choices.")
    return value
