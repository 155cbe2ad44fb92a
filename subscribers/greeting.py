"""Greeting people in email as they have asked: by a name, by words of their own, or by none."""

from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MAXIMUM_SALUTATION = 100


class Greeting(TextChoices):
    """The way in which a person wants to be greeted."""

    GIVEN_NAME = "given_name", _("By given name")
    FULL_NAME = "full_name", _("By full name")
    SALUTATION = "salutation", _("In words of their own")
    NO_NAME = "no_name", _("Without a name")


class Greeted(Protocol):
    """A subscriber, or a delivery that holds as much of one."""

    @property
    def given_name(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def greeting(self) -> str: ...
    @property
    def salutation(self) -> str: ...


def names_in_email(person: Greeted) -> tuple[str, str]:
    """Return what an email calls a person where it has the given name, and where the full name.

    Whoever has said how we should greet them is called so in both places. Empty: by no name, and
    the fallback of a merge field takes its place.
    """
    if not person.greeting:
        return person.given_name, person.full_name
    name = {
        Greeting.GIVEN_NAME.value: person.given_name,
        Greeting.FULL_NAME.value: person.full_name,
        Greeting.SALUTATION.value: person.salutation,
    }.get(person.greeting, "")
    return name, name
