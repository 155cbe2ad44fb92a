"""Answers as the rows of a table, a file or a printed list, masked where they must be."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from campaigns.event_states import Attendance, RsvpAnswer, Seat
from campaigns.models import Rsvp
from campaigns.studio.masking import is_discreet, may_see_subscribers, shown_address
from newsletter.admin.discreet import may_unmask
from newsletter.admin.visibility import note_list
from newsletter.core.addresses import masked_address
from subscribers.countries import country_name
from subscribers.models import Subscriber

ANSWERS = {
    RsvpAnswer.YES: "Yes",
    RsvpAnswer.MAYBE: "Maybe",
    RsvpAnswer.NO: "No",
    RsvpAnswer.DELEGATE: "Sends a delegate",
    "": "Delegate, not answered yet",
}
"""Answers in the words of the staff pages, in the order of lists."""
PLACES = {
    Seat.TAKEN: "Has a place",
    Seat.WAITING: "Waiting list",
    Seat.OFFERED: "Offered a place",
    Seat.LAPSED: "Offer ended",
}
WAYS = {Attendance.IN_PERSON: "In person", Attendance.ONLINE: "Online"}
CAME = {True: "Came", False: "Didn’t come"}


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer, as far as the person who looks at it may see whose it is."""

    rsvp: Rsvp
    is_masked: bool
    is_discreet: bool
    delegates: tuple["AnswerRow", ...] = ()
    """Those whom they send in their place, on pages that name them."""

    @property
    def name(self) -> str:
        """Empty where it isn't known or not shown."""
        person = self.rsvp.subscriber
        if self.is_masked:
            return ""
        return (person.full_name if person else "") or self.rsvp.full_name

    @property
    def address(self) -> str:
        """The address, masked or not."""
        person = self.rsvp.subscriber
        if person is not None:
            return shown_address(person, unmasked=not self.is_masked)
        return masked_address(self.rsvp.email) if self.is_masked else self.rsvp.email

    @property
    def who(self) -> str:
        """The name, or else the address."""
        return self.name or self.address

    @property
    def institution(self) -> str:
        person = self.rsvp.subscriber
        return person.institution if person and not self.is_masked else ""

    @property
    def country(self) -> str:
        """The name of a country or body. Whoever shows it calls `refresh_bodies` before."""
        person = self.rsvp.subscriber
        return country_name(person.country.code) if person and person.country else ""

    @property
    def answer(self) -> str:
        return ANSWERS[self.rsvp.answer]

    @property
    def place(self) -> str:
        return PLACES.get(Seat(self.rsvp.seat), "")

    @property
    def way(self) -> str:
        """The way in which they take part, of those who come or perhaps do."""
        return WAYS.get(Attendance(self.rsvp.attends), "") if self.rsvp.attends else ""

    @property
    def came(self) -> str:
        return CAME[self.rsvp.came] if self.rsvp.came is not None else ""


def answer_rows(answers: Iterable[Rsvp], request: HttpRequest) -> list[AnswerRow]:
    """Return answers as rows, and record that people of need-to-know topics were looked at.

    Args:
        answers: with their subscribers; no more than one page shows.
    """
    listed = list(answers)
    note_list([each.subscriber for each in listed if each.subscriber], request.user)
    shows, unmasks = may_see_subscribers(request), may_unmask(request)
    guests = [each.digest for each in listed if each.digest]
    # A guest may have subscribed since, and asked for discretion.
    discreet = set(
        Subscriber.objects.filter(digest__in=guests, discreet_since__isnull=False).values_list(
            "digest", flat=True
        )
        if guests
        else ()
    )
    rows = []
    for each in listed:
        at_risk = is_discreet(each.subscriber) or bool(each.digest and each.digest in discreet)
        rows.append(AnswerRow(each, not shows or (at_risk and not unmasks), at_risk))
    return rows
