"""The page that has failed emails tried again."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.finish import finish_done
from campaigns.sending.pause_cancel_undo import pause, resume
from campaigns.states import DeliveryStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.transport.pacing.retry import SPENT
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscription
from subscribers.states import SubscriptionStatus
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import sign_in_long_ago

PUT_OFF = Result(Outcome.REFUSED, reason=f"{SPENT}8 attempts. 451 4.7.1 wait", mailer="smtp")
REFUSED = Result(Outcome.REFUSED, reason="550 5.1.1 nobody here", mailer="smtp")


@pytest.fixture
def failed(sending: Campaign) -> Campaign:
    """Of five emails three were put off too often, one of them to somebody who has left since."""
    claimed = claim(sending.pk, size=9, mailer="smtp")
    results = [PUT_OFF, PUT_OFF, PUT_OFF, REFUSED, Result(Outcome.ACCEPTED, mailer="smtp")]
    settle(
        claimed, {one.pk: result for one, result in zip(claimed.deliveries, results, strict=True)}
    )
    finish_done()
    left = Subscription.objects.filter(subscriber=claimed.deliveries[0].subscriber_id)
    left.update(status=SubscriptionStatus.UNSUBSCRIBED)
    sending.refresh_from_db()
    return sending


def planned(campaign: Campaign) -> int:
    return Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.PLANNED).count()


def test_it_says_how_many_and_why_and_which_stay(admin_client: Client, failed: Campaign) -> None:
    assert page("retry", failed) in admin_client.get(page("report", failed)).content.decode()

    html = admin_client.get(page("retry", failed)).content.decode()

    assert "Try 2 failed emails again?" in html
    assert "(451 4.7.1)" in html
    assert "<strong>1</strong> unsubscribed from this topic" in html
    assert "<strong>1</strong> refused for good" in html
    assert "Bounced and uncertain emails are never tried again" in html


def test_whoever_may_not_see_subscribers_learns_no_small_number(
    lees: Client, failed: Campaign
) -> None:
    html = lees.get(page("retry", failed)).content.decode()

    assert "Try failed emails again?" in html
    assert "<strong>" not in html.partition('id="retry"')[2].replace("<strong>Not shown", "")
    assert "Not shown" in html
    assert "Other failed emails stay as they are:" in html


def test_pressed_twice_it_is_done_once(lees: Client, failed: Campaign) -> None:
    first = lees.post(page("retry", failed), follow=True).content.decode()
    assert "2 emails will be tried again now." in first
    assert planned(failed) == 2

    second = lees.post(page("retry", failed), follow=True).content.decode()

    assert "Nothing was changed." in second
    assert "had failed emails tried again at" in second
    pause(failed.pk)
    third = lees.post(page("retry", failed), follow=True).content.decode()
    assert "no failed email is left that could be tried again" in third
    assert planned(failed) == 2
    assert "had failed emails tried again at" in lees.get(page("report", failed)).content.decode()


def test_it_asks_for_the_password_of_whoever_signed_in_long_ago(
    lees: Client, failed: Campaign
) -> None:
    sign_in_long_ago(lees)
    lees.post(page("retry", failed))
    assert planned(failed) == 0


def test_only_whoever_may_send_sees_it(wrens: Client, failed: Campaign) -> None:
    assert page("retry", failed) not in wrens.get(page("report", failed)).content.decode()
    assert wrens.get(page("retry", failed)).status_code == 403
    assert wrens.post(page("retry", failed)).status_code == 403
    assert planned(failed) == 0


def test_the_command_does_the_same(failed: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retry_failed", str(failed.pk))
    assert "2 failed emails tried again by the workers" in capsys.readouterr().out

    with pytest.raises(CommandError, match="being sent.* had failed emails tried again at"):
        call_command("retry_failed", str(failed.pk))
    pause(failed.pk)
    with pytest.raises(CommandError, match="no failed email .* tried again at"):
        call_command("retry_failed", str(failed.pk))


def test_whoever_is_refused_is_told_what_was_done_last(lees: Client, failed: Campaign) -> None:
    lees.post(page("retry", failed))
    with acting(lambda: Actor(ActorKind.OPERATOR, "Ann")):
        pause(failed.pk)
        resume(failed.pk)
    said = lees.post(page("retry", failed), follow=True).content.decode()
    assert "Nothing was changed." in said
    assert "Ann resumed sending at" in said
