"""Emails from calendars on staff pages, masked for staff who may not see subscribers."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.models import CalendarMail
from campaigns.studio.masking import NOT_SHOWN, is_discreet, shown_address
from campaigns.studio.times import place_time
from newsletter.admin.discreet import PERMISSION as UNMASK
from newsletter.core.addresses import masked_address
from subscribers.need_to_know.hidden import Account

_SEE_PEOPLE = "subscribers.view_subscriber"


@dataclass(frozen=True, slots=True)
class CalendarMailRow:
    """One email as far as somebody may see it."""

    mail: CalendarMail
    address: str
    text: str
    proposed: str
    """The time that a person proposes, at the place of the event."""


def calendar_mail_rows(mails: Iterable[CalendarMail], *, account: Account) -> list[CalendarMailRow]:
    """Return emails from calendars as rows of a table.

    What people write may name them, so it is shown to those alone who may see them.

    Args:
        mails: with their subscribers and events.
    """
    sees_people, unmasks = account.has_perm(_SEE_PEOPLE), account.has_perm(UNMASK)
    rows = []
    for mail in mails:
        shows = sees_people and (unmasks or not is_discreet(mail.subscriber))
        if mail.subscriber is not None:
            address = shown_address(mail.subscriber, unmasked=shows)
        else:
            address = mail.sender if shows or not mail.sender else masked_address(mail.sender)
        text = mail.text if shows or not mail.text else NOT_SHOWN
        rows.append(CalendarMailRow(mail, address, text, _proposed(mail)))
    return rows


def _proposed(mail: CalendarMail) -> str:
    if mail.proposed_start is None or mail.event is None:
        return ""
    return place_time(mail.proposed_start, mail.event.time_zone)
