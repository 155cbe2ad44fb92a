"""Figures for Prometheus: each says what the rows say, and names nobody."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import Metric
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery, OpenFinding
from campaigns.reports.metrics import collect
from campaigns.reports.metrics.collect import Figures
from campaigns.reports.metrics.waiting import COUNTED
from campaigns.sending.deliveries.ledger import open_tallies
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import MailerHealth, ProcessKind, ProviderReport, TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.states import ConsentMethod, SubmissionKind
from tests.architecture.hidden_world import WORD
from tests.campaigns.reports.diagnostics.findings import a_campaign
from tests.processes import run, run_all

pytestmark = pytest.mark.django_db

ALLOWED = {
    "status", "kind", "mailer", "host", "queue", "check", "level", "part",
    "version", "commit", "python", "django",
}  # fmt: skip
"""Names of labels. None of them can hold what names somebody."""


def read() -> dict[str, Metric]:
    return {metric.name: metric for metric in Figures().collect()}


def value(name: str, **labels: str) -> float:
    """Return the one sample that has these labels."""
    [found] = [
        sample.value for sample in read()[f"convene_{name}"].samples if sample.labels == labels
    ]
    return found


def test_deliveries_are_summed_over_campaigns_from_their_tallies(topic: Topic) -> None:
    for planned, skipped in ((10, 1), (5, 0)):
        campaign = a_campaign(topic, CampaignStatus.SENDING)
        open_tallies(campaign.pk, planned=planned, skipped=skipped)

    assert value("deliveries", status="planned") == 15
    assert value("deliveries", status="skipped") == 1
    assert value("deliveries", status="bounced") == 0
    statuses = [sample.labels["status"] for sample in read()["convene_deliveries"].samples]
    assert sorted(statuses) == sorted(DeliveryStatus.values)


def test_campaigns_are_counted_by_state(topic: Topic) -> None:
    for status in (CampaignStatus.DRAFT, CampaignStatus.DRAFT, CampaignStatus.SENT):
        a_campaign(topic, status)

    assert value("campaigns", status="draft") == 2
    assert value("campaigns", status="sent") == 1
    assert value("campaigns", status="paused") == 0


def test_a_campaign_that_the_guard_stopped_is_told_from_a_person_s_pause(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.PAUSED)
    assert value("campaigns_stopped") == 0
    a_campaign(topic, CampaignStatus.PAUSED, pause_reason="Too many bounced.")
    assert value("campaigns_stopped") == 1


def test_what_is_in_doubt_is_counted(topic: Topic) -> None:
    campaign = a_campaign(topic, CampaignStatus.SENT)
    open_tallies(campaign.pk, planned=0)
    campaign.tallies.filter(status=DeliveryStatus.UNCERTAIN).update(number=7)
    TransactionalMessage.objects.create(kind="welcome", status=MessageStatus.UNCERTAIN)

    assert value("uncertain", kind="campaign") == 7
    assert value("uncertain", kind="message") == 1


def test_the_oldest_of_each_kind_tells_how_long_it_has_waited(topic: Topic) -> None:
    assert {sample.value for sample in read()["convene_oldest_waiting_seconds"].samples} == {0}
    ago = database_now() - timedelta(seconds=300)
    form = FormSubmission.objects.create(
        kind=SubmissionKind.SIGN_UP, email="ada@example.org", digest="0", method=ConsentMethod.FORM
    )
    FormSubmission.objects.filter(pk=form.pk).update(received_at=ago)
    ProviderReport.objects.create(
        provider="brevo", fingerprint="1", raw=b"", size=0, received_at=ago
    )
    message = TransactionalMessage.objects.create(kind="welcome")
    TransactionalMessage.objects.filter(pk=message.pk).update(created_at=ago)
    a_campaign(topic, CampaignStatus.SCHEDULED, scheduled_at=ago)

    for kind in ("form", "report", "message", "start"):
        assert 299 < value("oldest_waiting_seconds", kind=kind) < 360, kind
    assert value("oldest_waiting_seconds", kind="claim") == 0
    for kind in ("form", "report", "message"):
        assert value("waiting", kind=kind) == 1


def test_a_campaign_without_workers_and_a_lost_claim_wait(topic: Topic, ada: Subscriber) -> None:
    ago = database_now() - timedelta(seconds=300)
    sending = a_campaign(topic, CampaignStatus.SENDING, launched_at=ago)
    Delivery.objects.create(campaign=sending, subscriber=ada, language="en")
    claimed = a_campaign(topic, CampaignStatus.PAUSED)
    Delivery.objects.create(
        campaign=claimed,
        subscriber=ada,
        language="en",
        status=DeliveryStatus.CLAIMED,
        claim_token=uuid.uuid4(),
        lease_until=ago,
    )

    assert 299 < value("oldest_waiting_seconds", kind="campaign") < 360
    assert 299 < value("oldest_waiting_seconds", kind="claim") < 360


def test_processes_are_those_that_were_seen(settings: Settings) -> None:
    assert value("processes", kind="sender") == 0
    run_all(host="one")
    silent = database_now() - timedelta(minutes=10)
    run(ProcessKind.SENDER, host="two", seen_at=silent)
    run(ProcessKind.SENDER, host="three", ended_at=database_now())

    assert value("processes", kind="sender") == 1
    assert value("queue_takers", queue="bulk") == 1
    seen = value("process_last_seen_timestamp_seconds", host="two", kind="sender")
    assert seen == pytest.approx(silent.timestamp(), abs=0.01)


def test_a_mailer_that_rests_is_told(settings: Settings) -> None:
    name = settings.MAILER_SETTINGS["bulk"].name
    assert value("mailer_resting", mailer=name) == 0
    now = database_now()
    MailerHealth.objects.create(
        mailer=name,
        rests_until=now + timedelta(minutes=1),
        reason="421 no",
        changed_at=now,
        is_misconfigured=True,
    )
    assert value("mailer_resting", mailer=name) == 1
    assert value("mailer_misconfigured", mailer=name) == 1
    MailerHealth.objects.update(rests_until=now - timedelta(minutes=1), is_misconfigured=False)
    assert value("mailer_resting", mailer=name) == 0
    assert value("mailer_misconfigured", mailer=name) == 0


def test_findings_of_doctor_are_counted_by_check_and_level() -> None:
    now = database_now()
    for about in ("room", "inodes"):
        OpenFinding.objects.create(
            key=f"files: {about}",
            check_name="files",
            level="mend",
            words="",
            seen_at=now,
            looked_at=now,
        )
    assert value("findings", check="files", level="error") == 2
    OpenFinding.objects.update(mended_at=now)
    assert read()["convene_findings"].samples == []


def test_the_disk_and_the_queue_of_this_host(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.REDIS_URL = tmp_path, ""
    folder = tmp_path / "queue"
    folder.mkdir()
    for number in range(3):
        (folder / f"000{number}_a~bulk.msg").touch()
    (folder / "0005_a~bulk.msg-taken").touch()

    assert value("queue_length", queue="bulk") == 3
    assert value("queue_length", queue="clock") == 0
    [free] = read()["convene_var_dir_free_bytes"].samples
    [size] = read()["convene_var_dir_size_bytes"].samples
    assert 0 < free.value < size.value


def test_the_build_says_its_version() -> None:
    [sample] = read()["convene_build_info"].samples
    assert sample.value == 1
    assert sample.labels["version"] == "0.1.0"


def test_figures_are_kept_for_some_seconds(topic: Topic) -> None:
    present = [100.0]
    figures = Figures(kept_for=10, clock=lambda: present[0])
    with CaptureQueriesContext(connection) as first:
        list(figures.collect())
    assert first.captured_queries
    present[0] += 9.9
    with CaptureQueriesContext(connection) as again:
        list(figures.collect())
    assert not again.captured_queries
    present[0] += 0.2
    with CaptureQueriesContext(connection) as later:
        list(figures.collect())
    assert len(later.captured_queries) == len(first.captured_queries)


def test_a_scrape_asks_few_questions_however_many_campaigns_there_are(topic: Topic) -> None:
    with CaptureQueriesContext(connection) as few:
        read()
    for _ in range(20):
        open_tallies(a_campaign(topic, CampaignStatus.SENT).pk, planned=0)
    with CaptureQueriesContext(connection) as many:
        read()
    assert len(many.captured_queries) == len(few.captured_queries) <= 22


def test_no_more_rows_are_counted_than_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert COUNTED == 10_000
    with CaptureQueriesContext(connection) as asked:
        read()
    counts = [each["sql"] for each in asked.captured_queries if f"LIMIT {COUNTED}" in each["sql"]]
    assert len(counts) == 3


def test_a_part_that_fails_keeps_no_other_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> list[Metric]:
        raise OSError("broken")

    monkeypatch.setattr(collect, "_OF_HOST", {**collect._OF_HOST, "queues": fails})

    assert value("figures_missing", part="queues") == 1
    assert value("figures_missing", part="emails") == 0
    assert value("processes", kind="web") == 0


def test_without_a_database_the_host_is_told_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_away() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(collect, "database_now", is_away)
    names = set(read())

    assert {"convene_build_info", "convene_var_dir_free_bytes"} <= names
    assert "convene_deliveries" not in names
    assert value("figures_missing", part="emails") == 1
    assert value("figures_missing", part="build") == 0


def test_no_label_names_anybody_nor_anything_of_a_need_to_know_topic() -> None:
    address = f"greta@{WORD}.example"
    topic = Topic.objects.create(slug=WORD, name=WORD, description=WORD, is_public=False)
    for status in CampaignStatus.values:
        campaign = Campaign.objects.create(
            name=WORD, topic=topic, status=status, pause_reason=f"Of {WORD}."
        )
        open_tallies(campaign.pk, planned=1)
    TransactionalMessage.objects.create(kind="welcome", to=address, reason=f"450 {address}")
    now = database_now()
    MailerHealth.objects.create(
        mailer="bulk", rests_until=now, reason=f"550 {address}", changed_at=now
    )
    OpenFinding.objects.create(
        key=f"paused: {WORD}",
        check_name="paused",
        level="mend",
        words=WORD,
        seen_at=now,
        looked_at=now,
    )
    found = read()
    labels = {name for metric in found.values() for each in metric.samples for name in each.labels}

    assert labels <= ALLOWED
    told = str([each for metric in found.values() for each in metric.samples]).lower()
    assert WORD not in told
    assert "@" not in told


def test_each_figure_says_what_it_is_in_a_sentence() -> None:
    for name, metric in read().items():
        assert name.startswith("convene_"), name
        assert metric.documentation.endswith("."), name
