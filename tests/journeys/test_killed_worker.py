"""Processes that are killed in the middle of a campaign.

Every row ends settled or in doubt, and nobody gets a second copy.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.running import RunningInstallation

pytestmark = pytest.mark.journey

SETTLED = {"accepted", "delivered", "bounced", "failed", "skipped", "uncertain"}
IN_HAND = """
    SELECT COUNT(*) FILTER (WHERE status = 'claimed'), COUNT(*) FILTER (WHERE status = 'accepted')
        FROM campaigns_delivery WHERE campaign_id = ?
"""
BY_STATUS = "SELECT status, COUNT(*) FROM campaigns_delivery WHERE campaign_id = ? GROUP BY status"
TWICE = (
    "SELECT recipient FROM newsletter_inboxmessage WHERE stream = 'bulk' GROUP BY recipient "
    "HAVING COUNT(*) > 1"
)


def ready_campaign(installation: RunningInstallation) -> int:
    [(campaign_id,)] = installation.rows(
        "SELECT id FROM campaigns_campaign WHERE status = 'approved'"
    )
    return int(campaign_id)


def in_the_middle(installation: RunningInstallation, campaign_id: int) -> bool:
    """Return whether a worker has claimed rows now, and some are accepted."""
    [(claimed, accepted)] = installation.rows(IN_HAND, campaign_id)
    return bool(claimed >= 10 and accepted)


def launch_and_catch(installation: RunningInstallation, campaign_id: int) -> None:
    """Launch a campaign, and return in the middle of it.

    It may be over before the command that launches it has ended.
    """
    launch = ThreadPoolExecutor(1)
    launch.submit(installation.manage, "launch_campaign", str(campaign_id), "--now")
    installation.wait_until(
        lambda: in_the_middle(installation, campaign_id), "the middle of the campaign", every=0.005
    )
    launch.shutdown(wait=False)


def check_the_books(installation: RunningInstallation, campaign_id: int) -> dict[str, int]:
    """Check that every row is settled or in doubt, once for each person, and return the sums."""
    status = installation.status(campaign_id)
    assert status["status"] == "sent"
    assert status["adds_up"]
    assert status["candidates"] == 200
    by_status = dict(installation.rows(BY_STATUS, campaign_id))
    assert set(by_status) <= SETTLED
    assert sum(by_status.values()) == 200
    assert installation.rows(TWICE) == []
    [(arrived,)] = installation.rows(
        "SELECT COUNT(*) FROM newsletter_inboxmessage WHERE stream = 'bulk'"
    )
    # What arrived was accepted, or the worker died between sending it and noting it.
    assert (
        by_status.get("accepted", 0)
        <= arrived
        <= by_status.get("accepted", 0) + by_status.get("uncertain", 0)
    )
    return by_status


def is_sent(installation: RunningInstallation, campaign_id: int) -> bool:
    return installation.rows("SELECT status FROM campaigns_campaign WHERE id = ?", campaign_id) == [
        ("sent",)
    ]


@pytest.mark.smoke
def test_a_worker_killed_in_the_middle_is_started_again_and_nobody_gets_a_second_copy(
    installation: RunningInstallation,
) -> None:
    campaign_id = ready_campaign(installation)
    first = installation.pid("sender")
    launch_and_catch(installation, campaign_id)
    installation.kill("sender")
    installation.wait_until(lambda: is_sent(installation, campaign_id), "the campaign to be sent")
    assert installation.pid("sender") != first
    assert "was killed by SIGKILL; starting it again" in installation.log
    by_status = check_the_books(installation, campaign_id)
    # Only what each of two processes had on the wire is in doubt: the journals of their claims
    # tell the rest.
    assert by_status.get("uncertain", 0) <= 2


def test_a_machine_that_goes_down_in_the_middle_loses_nobody(
    installation: RunningInstallation,
) -> None:
    campaign_id = ready_campaign(installation)
    launch_and_catch(installation, campaign_id)
    installation.kill_everything()
    installation.start()
    installation.wait_until(lambda: is_sent(installation, campaign_id), "the campaign to be sent")
    check_the_books(installation, campaign_id)
    assert installation.rows("SELECT COUNT(*) FROM subscribers_subscriber")[0][0] >= 200


def test_stopping_in_the_middle_leaves_no_row_in_doubt_and_starting_again_goes_on(
    installation: RunningInstallation,
) -> None:
    """Ctrl-C: what is in flight is finished, what has not begun is given back."""
    campaign_id = ready_campaign(installation)
    launch_and_catch(installation, campaign_id)
    assert installation.stop() == 0
    assert installation.rows(
        "SELECT COUNT(*) FROM campaigns_delivery WHERE status = 'claimed'"
    ) == [(0,)]
    assert not list((installation.folder / "run").iterdir())
    installation.start()
    installation.wait_until(lambda: is_sent(installation, campaign_id), "the campaign to be sent")
    by_status = check_the_books(installation, campaign_id)
    assert by_status == {"accepted": 200}
