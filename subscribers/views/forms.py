"""The forms of the public pages. They check and tidy; actions do the rest."""

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from newsletter.core.addresses import address_digest
from newsletter.core.time_zones import known_zones
from newsletter.public_pages.places import Values, place
from newsletter.states import Trust
from subscribers.consent.form_limits import Asked
from subscribers.consent.sign_up_offer import current_offer
from subscribers.consent.subscribe import SignUp
from subscribers.models import Topic
from subscribers.states import ConsentMethod
from subscribers.views.fields import (
    CountryField,
    EmailField,
    LanguageField,
    NameField,
    TopicsField,
    offer_languages,
    shared,
)

QUICKEST_FILL = timedelta(seconds=2)
"""A person needs longer to read a form and type an address. Password managers don't: such a form is
in doubt, not refused.
"""
LONGEST_FILL = timedelta(days=2)
SIGN_UP = "sign-up"
"""The form's name for limits and proofs."""
_STAMP_SALT = "subscribers.views.forms"
CHECKED = " checked"
"""The attribute of a box that is ticked, with its blank."""
STAMP_PLACE = place("stamp")
"""Stands in a page that is kept for many visitors, in place of the stamp."""


def new_stamp() -> str:
    """Return the present, signed, and different for each page."""
    return signing.dumps(secrets.token_urlsafe(6), salt=_STAMP_SALT)


def stamp_values() -> Values:
    """Return a new stamp, for a page with its place."""
    return {"stamp": new_stamp()}


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """One box of a list of topics."""

    topic: Topic
    ticked: bool
    note: str = ""

    @property
    def checked(self) -> str:
        """The attribute of its box."""
        return CHECKED if self.ticked else ""


class ProvableForm(forms.Form):
    """A form that may bring proof of work."""

    @property
    def proof(self) -> str:
        """Return the proof of work as it came. It is no field: a broken one is no mistake."""
        return str(self.data.get("altcha") or "")

    @property
    def waiting_pass(self) -> str:
        """Return what a page without scripts sent in place of the proof, as it came."""
        return str(self.data.get("waiting") or "")


class OpenForm(ProvableForm):
    """A form that is open to everybody: with a trap for machines, and a stamp of its time."""

    website = shared(forms.CharField(required=False, label=_("Leave this empty")))
    stamp = shared(forms.CharField(required=False, widget=forms.HiddenInput))

    form_name = SIGN_UP
    """For limits and proofs; each form has counts of its own."""

    @property
    def current_stamp(self) -> str:
        """Return the signed time at which the page was first made.

        A form that came back keeps its own.
        """
        return str(self.data.get("stamp") or "") or new_stamp()

    @property
    def is_trapped(self) -> bool:
        """Return whether the field that people don't see was filled in."""
        return bool(self.cleaned_data["website"])

    @cached_property
    def opened_at(self) -> float | None:
        """Return when the page was opened, in seconds since 1970.

        None where our page wasn't loaded, or too long ago.
        """
        stamp: str = self.cleaned_data["stamp"]
        try:
            signing.loads(stamp, salt=_STAMP_SALT, max_age=LONGEST_FILL)
        except signing.BadSignature:
            return None
        # The time that was just verified (django.core.signing.TimestampSigner).
        return float(signing.b62_decode(stamp.rsplit(":", 2)[1]))

    def asked(self, *, network: str) -> Asked:
        """Return a valid form as limits see it."""
        return Asked(
            form=self.form_name,
            network=network,
            address=self.cleaned_data["email"],
            in_doubt=self._came_too_fast,
            # The signature alone, which differs for each page.
            stamp="" if self.opened_at is None else self.cleaned_data["stamp"][-43:],
            opened_at=self.opened_at,
        )

    @property
    def _came_too_fast(self) -> bool:
        """Return whether a person types no faster; so it is where our page wasn't loaded, too."""
        opened = self.opened_at
        return opened is None or time.time() - opened < QUICKEST_FILL.total_seconds()


class SignUpForm(OpenForm):
    """Signing up, on our page, in the frame, or from a script.

    Field names are part of the contract (docs/architecture.md, "The contract").
    """

    email = shared(EmailField())
    name = shared(NameField())
    country = shared(CountryField())
    language = LanguageField(required=False)
    time_zone = shared(forms.CharField(required=False, widget=forms.HiddenInput))
    topics = TopicsField()

    def __init__(self, *args: Any, about: Collection[str] = (), **kwargs: Any) -> None:
        """
        Args:
            about: URL names of the topics that the form is about; without any it is about all that
                are offered.
        """
        super().__init__(*args, **kwargs)
        self.offer = current_offer().of_form(named=self._named, about=about)
        offer_languages(self)
        topics = self.fields["topics"]
        if isinstance(topics, TopicsField):
            topics.offer(self.offer.topics)

    def clean_time_zone(self) -> str:
        """Return the zone that the browser says, or "" for one newer than our data.

        An unknown zone must not keep anybody from signing up.
        """
        zone: str = self.cleaned_data["time_zone"]
        return zone if zone in known_zones() else ""

    @property
    def _named(self) -> list[str]:
        """The slugs that the form or the link names."""
        named = (
            self.data.getlist("topics")
            if self.is_bound and hasattr(self.data, "getlist")
            else self.initial.get("topics", [])
        )
        return [str(slug) for slug in named]

    @property
    def topic_choices(self) -> list[TopicChoice]:
        return [TopicChoice(topic, topic.slug in self._named) for topic in self.offer.topics]

    def sign_up(self, *, method: ConsentMethod, network: str, trust: Trust) -> SignUp:
        """Return the sign-up that a valid form asks for."""
        said = self.cleaned_data
        return SignUp(
            email=said["email"],
            full_name=said["name"],
            language=said["language"],
            country=said["country"],
            time_zone=said["time_zone"],
            topics=tuple(said["topics"]),
            words=self.offer.words,
            method=method,
            network=network,
            trust=trust,
        )


class AddressForm(ProvableForm):
    """The form that asks for a link to the preferences, or whether we email an address."""

    email = EmailField()
    website = forms.CharField(required=False, label=_("Leave this empty"))

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data["website"])


class NewAddressForm(ProvableForm):
    """The form that names another address.

    It is open for an hour to its owner alone, so there is no trap for machines.
    """

    email = EmailField()

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        """
        Args:
            present: the digest of the address that its owner has now.
        """
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email address")
        self._present = present

    def clean_email(self) -> str:
        """Return the address, unless it is the present one. Of no other it says anything."""
        address: str = self.cleaned_data["email"]
        if address_digest(address) == self._present:
            raise forms.ValidationError(
                _("This is the address that we email now. Enter another one.")
            )
        return address
