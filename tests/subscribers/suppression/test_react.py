"""Whom news of a mailbox silences, and whom not."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from subscribers.models import SoftBounces, Suppression
from subscribers.states import SuppressionReason
from subscribers.suppression.react import MailboxNews, react
from subscribers.suppression.registry import lift

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64
START = timezone.now() - timedelta(days=200)


def news(kind: str, bounce_class: str = "", *, day: float = 0) -> MailboxNews:
    return MailboxNews(digest=DIGEST, kind=kind, bounce_class=bounce_class, at=START + timedelta(days=day))


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
        ([0, 91, 182, 183, 184], False),
        ([0, 100, 102, 104, 106, 108], True),
    ],
    ids=str,
)
@pytest.mark.parametrize("together", [True, False], ids=["at once", "one by one"])
def test_soft_bounces_suppress_when_they_are_many_and_over_some_time(days: list[float], *, together: bool, suppressed: bool) -> None:
    if together:
        react(soft(*days))
    else:
        for one in soft(*days):
            react([one])
            react([one])
    assert reasons() == (["soft_bounces"] if suppressed else [])


def test_mail_that_arrives_ends_the_row() -> None:
    react(soft(0, 2, 4, 6))
    react([news("delivered", day=7)])
    assert not SoftBounces.objects.exists()
    react(soft(8, 9))
    assert reasons() == []


def test_mail_that_arrived_before_the_last_bounce_ends_nothing() -> None:
    react(soft(0, 2, 4, 6))
    react([news("delivered", day=5)])
    react(soft(8))
    assert reasons() == ["soft_bounces"]


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
    react([news(kind, bounce_class), news(kind, bounce_class, day=1)])
    assert reasons() == ([reason] if reason else [])


def test_old_news_doesn_t_undo_what_somebody_lifted_since() -> None:
    react([news("bounced", "hard")])
    lift(DIGEST, reasons=[SuppressionReason.HARD_BOUNCE], by="sam")
    react([news("bounced", "hard", day=1)])
    assert reasons() == []
    react([MailboxNews(digest=DIGEST, kind="bounced", bounce_class="hard", at=later())])
    assert reasons() == ["hard_bounce"]


def later() -> datetime:
    return timezone.now() + timedelta(minutes=1)
