"""Rules of an audience about answers to the event's invitation, each a condition in SQL.

The answer of a person is that of the subscriber. Whoever answered as a guest, by the same address,
and not as a subscriber, has answered all the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef, Q

from campaigns.event_states import CalendarMethod, RsvpAnswer, RsvpSource, Seat
from campaigns.models import Campaign, CampaignContent, Delivery, Rsvp
from campaigns.states import AudienceRule, DeliveryStatus
from subscribers.models import Subscriber

type Condition = Callable[[int, str], Q]
"""A rule: an event, and the lookup that leads to the subscriber, such as `subscriber__` → who
fits."""

HAS_ANSWERED = ~Q(answer="")
COMES = Q(answer=RsvpAnswer.YES, seat__in=[Seat.NONE, Seat.TAKEN])
"""`Rsvp.will_come` as a condition."""
WAITS = Q(answer=RsvpAnswer.YES, seat__in=[Seat.WAITING, Seat.OFFERED])
IS_ASKED = Q(answer="") & (
    Q(is_named=True) | Q(delegate_of__isnull=False) | Q(source=RsvpSource.DELEGATE)
)
"""Whoever was named to come in somebody's place, and is silent: `Rsvp.is_delegate`."""
MAY_COME = Q(answer__in=[RsvpAnswer.YES, RsvpAnswer.MAYBE, RsvpAnswer.DELEGATE]) | IS_ASKED
"""Whoever hears of another time or a cancellation: those who come, wait for a place, may come, send
somebody, or were asked. The email that asked them says when it is."""
# Nobody is told that they were missed because nobody noted who came.
STAYED_AWAY = COMES & Q(came=False)
DECLINES = Q(answer=RsvpAnswer.NO)
PERHAPS_REACHED = (DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED, DeliveryStatus.UNCERTAIN)


def accepted(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody comes, and has a place where one is needed."""
    return _said(COMES, event_id, through)


def no_answer(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody has answered nothing, neither yes nor no nor maybe."""
    # Two conditions joined by AND, so that PostgreSQL makes an anti-join of each.
    return ~_own(HAS_ANSWERED, event_id, through) & ~_as_guest(HAS_ANSWERED, event_id, through)


def answered(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody has answered anything, yes or no or maybe."""
    return _own(HAS_ANSWERED, event_id, through) | _as_guest(HAS_ANSWERED, event_id, through)


def declined(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody said that they don't come."""
    return _said(DECLINES, event_id, through)


def waiting(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody waits for a place, or was offered one."""
    return _said(WAITS, event_id, through)


def came(event_id: int, through: str = "") -> Q:
    """Build the condition that staff marked somebody as having come."""
    return _said(Q(came=True), event_id, through)


def did_not_come(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody had a place, and staff marked that they didn't come."""
    return _said(STAYED_AWAY, event_id, through)


def holders(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody must hear of another time, or of a cancellation.

    They got the event for their calendar, or answered that they come or may. Whoever is in doubt
    counts: a calendar that keeps what is no more harms them, and an update of what they don't have
    is one invitation more.
    """
    return _was_told(AudienceRule.HOLDERS, event_id, through) | _said(MAY_COME, event_id, through)


def has_link(event_id: int, through: str = "") -> Q:
    """Build the condition that somebody got the way to join.

    It is in emails about an event that asks for no answers, and else in the confirmation of those
    who come. Whoever said since that they don't come need not have it.
    """
    return _was_told(AudienceRule.HAS_LINK, event_id, through) | accepted(event_id, through)


def told_of(rule: AudienceRule, event_id: int) -> Q:
    """Build the condition on a delivery that it told its recipient what the rule is about.

    One that is being sent in this moment counts.
    """
    campaigns = Campaign.objects.filter(carries(rule), event_id=event_id)
    reached = (*PERHAPS_REACHED, DeliveryStatus.CLAIMED)
    return Q(status__in=reached, campaign__in=campaigns.values("pk"))


def carries(rule: AudienceRule) -> Q:
    """Build the condition on a launched campaign that its emails say what the rule is about."""
    if rule is AudienceRule.HOLDERS:
        return Q(calendar_method__in=(CalendarMethod.PUBLISH, CalendarMethod.REQUEST))
    # The link is noted of each campaign. What was sent says whether it was shown, however the event
    # asks for answers now.
    emails = CampaignContent.objects.filter(
        campaign=OuterRef("pk"), rendered_text__contains=OuterRef("join_url")
    )
    return ~Q(join_url="") & Q(Exists(emails))


RULES: Mapping[AudienceRule, Condition] = {
    AudienceRule.ACCEPTED: accepted,
    AudienceRule.NO_ANSWER: no_answer,
    AudienceRule.WAITING: waiting,
    AudienceRule.CAME: came,
    AudienceRule.DID_NOT_COME: did_not_come,
    AudienceRule.HOLDERS: holders,
    AudienceRule.HAS_LINK: has_link,
}


_ASKS_FOR: Mapping[AudienceRule, Q] = {
    AudienceRule.ACCEPTED: COMES,
    AudienceRule.WAITING: WAITS,
    AudienceRule.CAME: Q(came=True),
    AudienceRule.DID_NOT_COME: STAYED_AWAY,
}
_ASKS_BESIDE: Mapping[AudienceRule, Q] = {
    AudienceRule.HOLDERS: MAY_COME,
    AudienceRule.HAS_LINK: COMES,
}
"""Of rules that somebody fits by an email that reached them: the answer by which others do."""


def fits(rule: str, event_id: int | None, *, through: str = "") -> Q:
    """Build the condition on a subscriber that they fit a rule.

    Args:
        rule: one of AudienceRule, but not NONE.
        event_id: without an event nobody fits.
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    if event_id is None:
        return Q(**{f"{through}pk__in": []})
    return RULES[AudienceRule(rule)](event_id, through)


def who_fits(rule: str, event_id: int | None, *, among: Iterable[object]) -> Collection[int]:
    """Select those of some subscribers who fit a rule in this moment.

    Args:
        rule, event_id: as in `fits`.
        among: ids of subscribers; None is nobody.
    """
    ids = {pk for pk in among if pk is not None}
    kind = AudienceRule(rule)
    what = _ASKS_FOR.get(kind) or _ASKS_BESIDE.get(kind)
    if what is None or event_id is None:
        people = Subscriber.objects.filter(fits(rule, event_id), pk__any_of=ids)
        return set(people.values_list("pk", flat=True))
    # From the answers of these people alone. By the condition that `fits` builds, PostgreSQL would
    # read all answers to the event for each claim.
    own = Rsvp.objects.filter(what, event_id=event_id, subscriber__pk__any_of=ids)
    found = {pk for pk in own.values_list("subscriber_id", flat=True) if pk is not None}
    others = [_as_guest(what, event_id, "") & ~_own(HAS_ANSWERED, event_id, "")]
    if kind in _ASKS_BESIDE:
        others.append(_was_told(kind, event_id, ""))
    for condition in others:
        if rest := ids - found:
            people = Subscriber.objects.filter(condition, pk__any_of=rest)
            found |= set(people.values_list("pk", flat=True))
    return found


def nobody_fits(rule: str, event_id: int | None) -> bool:
    """Return whether no answer to the event is one that a rule asks for.

    It reads answers alone: of a million subscribers of whom nobody has accepted yet, none is read.
    Of rules that don't ask for an answer it is never true.
    """
    what = _ASKS_FOR.get(AudienceRule(rule))
    return what is not None and not Rsvp.objects.filter(what, event_id=event_id or 0).exists()


def reason_not_to_fit(rule: str) -> str:
    """Return the reason under which those who don't fit a rule are counted."""
    return f"not_{rule}"


def _said(what: Q, event_id: int, through: str) -> Q:
    own_first = _as_guest(what, event_id, through) & ~_own(HAS_ANSWERED, event_id, through)
    return _own(what, event_id, through) | own_first


def _own(what: Q, event_id: int, through: str) -> Q:
    rows = Rsvp.objects.filter(what, event_id=event_id, subscriber_id=OuterRef(f"{through}pk"))
    return Q(Exists(rows))


def _was_told(rule: AudienceRule, event_id: int, through: str) -> Q:
    told = told_of(rule, event_id)
    emails = Delivery.objects.filter(told, subscriber_id=OuterRef(f"{through}pk"))
    if rule is not AudienceRule.HAS_LINK:
        return Q(Exists(emails))
    # What goes to those who come gave them the link as long as they come.
    of_comers = [AudienceRule.ACCEPTED, AudienceRule.HAS_LINK]
    for_all = emails.exclude(campaign__audience__rule__in=of_comers)
    return Q(Exists(for_all)) & ~_said(DECLINES, event_id, through)


def _as_guest(what: Q, event_id: int, through: str) -> Q:
    # The index holds guests alone.
    guests = Rsvp.objects.filter(what, event_id=event_id).exclude(digest="")
    return Q(Exists(guests.filter(digest=OuterRef(f"{through}digest"))))
