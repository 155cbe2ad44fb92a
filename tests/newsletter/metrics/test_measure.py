"""Counting in a process: as much as was asked, nothing without the setting, and never an error."""

import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from newsletter.metrics import measure
from newsletter.metrics.counts import Counts
from newsletter.metrics.dispatch_times import BUCKETS, DispatchTimes
from tests.metrics import Counted


def test_without_the_setting_no_file_is_made(settings: Settings, tmp_path: Path) -> None:
    settings.METRICS_TOKEN, settings.METRICS_FOLDER = "", tmp_path

    measure.count_form("sign-up", "stored")
    measure.count_dispatch("bulk", "accepted", 0.1)

    assert measure.new_times() is None
    assert list(tmp_path.iterdir()) == []


def test_the_times_of_a_claim_are_counted_together(counted: Counted) -> None:
    times = DispatchTimes()
    for seconds in (0.004, 0.005, 0.3, 90.0):
        times.add("accepted", seconds)
    times.add("later", None)

    measure.count_dispatches("a mailer", times)

    assert counted("handed_over_total", mailer="a mailer", outcome="accepted") == 4
    assert counted("handed_over_total", mailer="a mailer", outcome="later") == 1

    def bucket(le: str) -> float:
        labels = {"mailer": "a mailer", "outcome": "accepted", "le": le}
        return counted("hand_over_seconds_bucket", **labels)

    assert [bucket(le) for le in ("0.005", "0.25", "0.5", "60.0", "+Inf")] == [2, 2, 3, 3, 4]
    assert counted("hand_over_seconds_count", mailer="a mailer", outcome="later") == 0


def test_single_observations_and_those_of_a_batch_agree(counted: Counted) -> None:
    moments = [*BUCKETS, *(bound + 0.001 for bound in BUCKETS), 0.0]
    gathered = DispatchTimes()
    for seconds in moments:
        gathered.add("accepted", seconds)
        measure.count_dispatch("one by one", "accepted", seconds)
    measure.count_dispatches("together", gathered)

    for le in ("0.005", "0.1", "2.5", "60.0", "+Inf"):
        one, many = (
            counted("hand_over_seconds_bucket", mailer=mailer, outcome="accepted", le=le)
            for mailer in ("one by one", "together")
        )
        assert one == many
    measure.count_request("public", 200, 0.1)
    from newsletter.metrics.instruments import DISPATCH_SECONDS

    direct = DISPATCH_SECONDS.labels("directly", "accepted")
    for seconds in moments:
        direct.observe(seconds)
    for le in ("0.005", "0.1", "2.5", "60.0", "+Inf"):
        one, many = (
            counted("hand_over_seconds_bucket", mailer=mailer, outcome="accepted", le=le)
            for mailer in ("directly", "together")
        )
        assert one == many


def test_a_full_disk_costs_the_figures_and_nothing_else(
    counted: Counted,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def is_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(measure, "_state", measure._State())
    monkeypatch.setattr(os, "posix_fallocate", is_full)
    for _ in range(3):
        measure.count_form("sign-up", "closed")

    assert caplog.text.count("Nothing is counted for /metrics just now") == 1
    assert counted("forms_total", form="sign-up", outcome="closed") == 0


def test_it_is_read_where_it_is_counted(counted: Counted, settings: Settings) -> None:
    measure.count_webhook("brevo", 204)
    names = {metric.name for metric in Counts(settings.METRICS_FOLDER).collect()}
    assert "convene_webhooks" in names
