"""The files of docs/samples, which the README's tour puts into the demo.

One is a list with each thing that can become of a row, the other a campaign."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns.demo.load import Loaded
from campaigns.models import Campaign
from campaigns.review.preflight import preflight
from campaigns.states import CampaignStatus
from config.env import BASE_DIR
from newsletter.models import InboxMessage, TransactionalMessage
from subscribers.models import ConsentRecord, Subscriber, Subscription

pytestmark = pytest.mark.django_db

SAMPLE = BASE_DIR / "docs" / "samples" / "old-form.csv"
WORDS = "Agreed in the old form on our website"


def import_sample(*options: str) -> dict[str, object]:
    out = StringIO()
    with pytest.raises(CommandError, match="Refused 2 of 20 rows"):
        call_command(
            "import_subscribers",
            str(SAMPLE),
            "--topic",
            "quarterly-meetings",
            "--consent",
            WORDS,
            "--json",
            *options,
            stdout=out,
        )
    report: dict[str, object] = json.loads(out.getvalue())
    return report


@pytest.mark.thorough
def test_each_row_meets_the_fate_that_the_tour_tells_of(loaded: Loaded) -> None:
    report = import_sample()
    assert [
        report[name] for name in ("rows", "added", "unchanged", "opted_out", "refused_count")
    ] == [20, 15, 2, 1, 2]
    left = Subscription.objects.get(
        subscriber__email="penelope.karydaki@example.com", topic__slug="quarterly-meetings"
    )
    assert left.status == "unsubscribed"


def test_its_evidence_says_when_and_in_which_words(loaded: Loaded) -> None:
    import_sample()
    reader = Subscriber.objects.get(email="mariko.hoshizora@example.org")
    record = ConsentRecord.objects.get(digest=reader.digest)
    assert record.action == "imported"
    assert record.words.startswith(WORDS)
    assert record.words.endswith(
        "I agree"
    )  # the question of the form and its answer stand beside the operator's words
    assert f"{record.given_at:%Y-%m-%d}" == "2025-04-02"


def test_importing_sends_nothing_and_a_dry_run_changes_nothing(loaded: Loaded) -> None:
    before = Subscriber.objects.count()
    import_sample("--dry-run")
    assert Subscriber.objects.count() == before
    import_sample()
    assert Subscriber.objects.count() > before
    assert not InboxMessage.objects.exists()
    assert not TransactionalMessage.objects.exists()
    assert Campaign.objects.filter(status=CampaignStatus.APPROVED).exists()


def test_the_sample_campaign_is_one_that_can_be_launched(loaded: Loaded) -> None:
    out = StringIO()
    call_command("create_campaign", str(SAMPLE.with_name("campaign.json")), stdout=out)
    assert preflight(Campaign.objects.get(pk=int(out.getvalue()))) == []
