"""Where nothing was lost a person says so, and sending goes on."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.models import Campaign
from campaigns.restoring.end_hold import NotRestored, end_hold
from campaigns.sending.send import send_batch
from newsletter.epoch.hold import held
from tests.campaigns.restoring.conftest import states

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_who_knows_that_nothing_was_lost_can_say_so(
    sending: Campaign, settings: Settings
) -> None:
    (settings.VAR_DIR / "epoch.json").unlink()
    settings.REDIS_URL = ""
    assert held()

    end_hold(by="Sam")

    assert held() is None
    send_batch(sending.pk)
    assert set(states(sending)) == {"accepted"}


def test_nobody_can_say_so_where_something_is_known_to_be_lost(restored: Campaign) -> None:
    with pytest.raises(NotRestored, match="older"):
        end_hold(by="Sam")
    assert held()
