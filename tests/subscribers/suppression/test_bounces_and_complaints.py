"""News of mailboxes: whom it suppresses, and whom not."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from subscribers.models import SoftBounces, Suppression
from subscribers.states import SuppressionReason
from subscribers.suppression.bounces_and_complaints import MailboxNews, suppress_mailboxes
from subscribers.suppression.registry import lift

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64
START = timezone.now() - timedelta(days=400)


def news(
    kind: str,
    bounce_class: str = "",
    *,
    day: float = 0,
    send: str = "",
    arrived: float | None = None,
) -> MailboxNews:
    """News of a send of its own for each day, or of `send`."""
    arrived_at = None if arrived is None else START + timedelta(days=arrived)
    at = START + timedelta(days=day)
    return MailboxNews(
        digest=DIGEST,
        kind=kind,
        bounce_class=bounce_class,
        at=at,
        send=send or f"delivery {day}",
        arrived_at=arrived_at,
    )


def soft(*days: float) -> list[MailboxNews]:
    return [news("bounced", "soft", day=day) for day in days]


def reasons() -> list[str]:
    return list(Suppression.objects.filter(lifted_at=None).values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("days", "suppressed"),
    [
        ([0, 2, 4, 6, 7], True),
        ([0, 2, 4, 6, 6.9], False),
        ([0, 2, 4, 8], False),
        ([0, 0, 0, 0, 8, 8], False),
        ([0, 91, 182, 273, 364], True),
        ([0, 91, 182, 273], False),
        ([8, 0, 6, 4, 2], True),
    ],
    ids=str,
)
@pytest.mark.parametrize("together", [True, False], ids=["at once", "one by one"])
def test_soft_bounces_suppress_when_they_are_many_and_over_some_time(
    days: list[float], *, together: bool, suppressed: bool
) -> None:
    if together:
        suppress_mailboxes(soft(*days))
    else:
        for one in soft(*days):
            suppress_mailboxes([one])
            suppress_mailboxes([one])
    assert reasons() == (["soft_bounces"] if suppressed else [])


def test_mail_that_arrives_ends_the_row() -> None:
    suppress_mailboxes(soft(0, 2, 4, 6))
    suppress_mailboxes([news("delivered", day=7)])
    assert not SoftBounces.objects.exists()
    suppress_mailboxes(soft(8, 9))
    assert reasons() == []


def test_mail_that_arrived_in_between_ends_the_row_however_late_it_is_told() -> None:
    suppress_mailboxes(soft(0, 2, 4, 6))
    suppress_mailboxes([news("delivered", day=5)])
    suppress_mailboxes(soft(8))
    assert reasons() == []
    assert SoftBounces.objects.get().number == 2


@pytest.mark.parametrize("together", [True, False], ids=["at once", "one by one"])
def test_several_soft_bounces_of_one_send_count_once(*, together: bool) -> None:
    several = [news("bounced", "soft", day=day, send="delivery 1") for day in (0, 2, 4, 6, 8, 10)]
    for batch in [several] if together else [[one] for one in several]:
        suppress_mailboxes(batch)
    assert reasons() == []
    assert SoftBounces.objects.get().number == 1


def test_mail_that_must_have_arrived_ends_the_row_too() -> None:
    suppress_mailboxes(soft(0, 2, 4, 6))
    suppress_mailboxes([news("bounced", "soft", day=20, arrived=10)])
    assert reasons() == []
    assert SoftBounces.objects.get().number == 1


def test_who_lifts_the_suppression_lets_the_count_begin_anew() -> None:
    suppress_mailboxes(soft(0, 2, 4, 6, 8))
    assert reasons() == ["soft_bounces"]
    lift(DIGEST, reasons=[SuppressionReason.SOFT_BOUNCES], by="sam")
    suppress_mailboxes(
        [
            MailboxNews(
                digest=DIGEST, kind="bounced", bounce_class="soft", at=later(), send="delivery 9"
            )
        ]
    )
    assert reasons() == []


@pytest.mark.parametrize(
    ("kind", "bounce_class", "reason"),
    [
        ("bounced", "hard", "hard_bounce"),
        ("rejected", "hard", "hard_bounce"),
        ("complained", "", "complaint"),
        ("bounced", "block", ""),
        ("rejected", "block", ""),
        ("rejected", "soft", ""),
        ("deferred", "", ""),
        ("delivered", "", ""),
        ("autoresponded", "", ""),
        ("unsubscribed", "", ""),
        ("other", "", ""),
    ],
)
def test_what_silences_a_mailbox(kind: str, bounce_class: str, reason: str) -> None:
    suppress_mailboxes([news(kind, bounce_class), news(kind, bounce_class, day=1)])
    assert reasons() == ([reason] if reason else [])


def test_old_news_doesn_t_undo_what_somebody_lifted_since() -> None:
    suppress_mailboxes([news("bounced", "hard")])
    lift(DIGEST, reasons=[SuppressionReason.HARD_BOUNCE], by="sam")
    suppress_mailboxes([news("bounced", "hard", day=1)])
    assert reasons() == []
    suppress_mailboxes(
        [
            MailboxNews(
                digest=DIGEST, kind="bounced", bounce_class="hard", at=later(), send="delivery 9"
            )
        ]
    )
    assert reasons() == ["hard_bounce"]


def later() -> datetime:
    return timezone.now() + timedelta(minutes=1)
