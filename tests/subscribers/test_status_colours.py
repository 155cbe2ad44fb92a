"""Labels of suppressions: red while active, grey once removed."""

from django.test import Client
from django.utils import timezone

from subscribers.models import Subscriber, Suppression
from tests.labels import labels
from tests.subscribers.admin.pages import SUPPRESSIONS


def test_an_active_suppression_is_red_and_a_removed_one_grey(
    sams: Client, cleo: Subscriber
) -> None:
    assert labels(sams.get(SUPPRESSIONS).content.decode()) == [("bad", "Active")]
    Suppression.objects.update(lifted_at=timezone.now())
    assert labels(sams.get(SUPPRESSIONS).content.decode()) == [("", "Removed")]
