"""Replies to invitations, checked before anything is recorded."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.event_states import Attendance, RsvpAnswer
from campaigns.models import Event, Rsvp
from campaigns.models.rsvp import MAXIMUM_NEED, MAXIMUM_NOTE
from newsletter.core.db.text import db_text
from newsletter.core.languages import own_name


class BadReply(ValueError):
    """A reply that can't be recorded.

    `field` names what is wrong; the problem is fit to be shown.
    """

    def __init__(self, field: str, problem: str | Promise) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer of a person, with what they say beside it.

    Args:
        answer: one of RsvpAnswer.
        attends: ONLINE or IN_PERSON, of an event where people can choose.
        interpretation: a language tag that the event offers; empty for none.
    """

    answer: RsvpAnswer
    attends: str = ""
    interpretation: str = ""
    access_needs: str = ""
    dietary_needs: str = ""
    note: str = ""


_LONGEST = {"access_needs": MAXIMUM_NEED, "dietary_needs": MAXIMUM_NEED, "note": MAXIMUM_NOTE}


def reply_again(answer: RsvpAnswer, rsvp: Rsvp, event: Event, *, otherwise: Attendance) -> Reply:
    """Return an answer with what the person had said beside an earlier one.

    What the event doesn't offer any more is left out.

    Args:
        otherwise: how they take part where they can choose, and haven't.
    """
    is_offered = rsvp.interpretation in event.interpretation
    return Reply(
        answer=answer,
        attends=rsvp.attends or otherwise,
        interpretation=rsvp.interpretation if is_offered else "",
        access_needs=rsvp.access_needs,
        dietary_needs=rsvp.dietary_needs,
        note=rsvp.note,
    )


def not_offered_any_more(rsvp: Rsvp, event: Event) -> list[str]:
    """Return what somebody had chosen, and the event doesn't offer since, in the active language.

    Args:
        rsvp: the answer as it was.
    """
    left_out = []
    if rsvp.attends and event.attendance not in (Attendance.HYBRID, rsvp.attends):
        left_out.append(str(Attendance(rsvp.attends).label))
    if rsvp.interpretation and rsvp.interpretation not in event.interpretation:
        left_out.append(f"{gettext('Interpretation')}: {own_name(rsvp.interpretation)}")
    return left_out


def checked_reply(reply: Reply, event: Event) -> Reply:
    """Return a reply as it is recorded.

    What goes with coming is left out of an answer that says otherwise. An attendance that the event
    leaves no choice of is the event's.

    Raises:
        BadReply: with the field at fault.
    """
    comes = reply.answer in (RsvpAnswer.YES, RsvpAnswer.MAYBE)
    texts = {name: _checked(name, getattr(reply, name)) for name in _LONGEST}
    if not comes:
        return Reply(answer=reply.answer, note=texts["note"])
    attends = _attends(reply.attends, event)
    interpretation = reply.interpretation.strip().lower()
    if interpretation and interpretation not in event.interpretation:
        raise BadReply("interpretation", _("Select a language from the list."))
    if attends == Attendance.ONLINE:
        texts["dietary_needs"] = ""
    return Reply(answer=reply.answer, attends=attends, interpretation=interpretation, **texts)


def tidied(raw: str) -> str:
    """Return a text as it is recorded: without what the database can't keep, and spare blanks."""
    return "\n".join(" ".join(line.split()) for line in db_text(raw).splitlines()).strip()


def _attends(attends: str, event: Event) -> str:
    if event.attendance != Attendance.HYBRID:
        return str(event.attendance)
    if attends not in (Attendance.ONLINE, Attendance.IN_PERSON):
        raise BadReply("attends", _("Choose whether you come in person or take part online."))
    return attends


def _checked(name: str, raw: str) -> str:
    text = tidied(raw)
    if len(text) > _LONGEST[name]:
        raise BadReply(name, _("Use at most %(number)d characters.") % {"number": _LONGEST[name]})
    return text
