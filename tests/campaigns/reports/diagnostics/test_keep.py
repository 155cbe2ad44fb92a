"""What the checks find is kept for the dashboard, without what is told there otherwise."""

import pytest

from campaigns.models import KeptFindings
from campaigns.reports.diagnostics.diagnose import QUICK, TAKE_LONGER, diagnose
from campaigns.reports.diagnostics.finding import Level
from campaigns.reports.diagnostics.keep import (
    EVERY_LONG,
    LEFT_OUT,
    keep_findings,
    keep_long_findings,
    kept_findings,
)
from campaigns.states import CampaignStatus
from config.schedule import SCHEDULE
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.reports.diagnostics.findings import a_campaign

pytestmark = pytest.mark.django_db


def test_before_the_checks_ran_nothing_is_kept() -> None:
    assert kept_findings() == ([], None)


def test_only_what_is_not_fine_is_kept_and_only_once(brand: Brand) -> None:
    Brand.objects.update(postal_address="")
    keep_findings()
    keep_long_findings()
    first = len(kept_findings()[0])
    keep_findings()
    keep_long_findings()
    assert KeptFindings.objects.count() == 2
    findings, checked_at = kept_findings()
    assert checked_at is not None
    assert len(findings) == first
    assert not [each for each in findings if each.level is Level.FINE]
    assert [each.check for each in findings if "postal address" in each.message] == ["brand"]
    levels = [each.level is Level.MEND for each in findings]
    assert levels == sorted(levels, reverse=True), "What must be mended comes first."


def test_checks_that_are_left_out_are_not_run(brand: Brand) -> None:
    assert {each.check for each in diagnose(left_out={"keys"})} >= {"database", "brand"}
    assert "keys" not in {each.check for each in diagnose(left_out={"keys"})}


def test_what_the_dashboard_tells_by_itself_is_not_kept(brand: Brand, topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.PAUSED, pause_reason="HTTP 401 for ada@example.org")
    diagnosis = keep_findings()
    assert "paused" in {each.check for each in diagnosis.findings}
    assert not {each.check for each in kept_findings()[0]} & LEFT_OUT


def test_each_check_is_run_and_those_that_take_long_more_seldom() -> None:
    assert QUICK.isdisjoint(TAKE_LONGER)
    assert keep_findings().checks == QUICK
    assert keep_long_findings().checks == TAKE_LONGER | {"database"}


def test_the_clock_runs_the_long_ones_as_often_as_it_is_said() -> None:
    assert SCHEDULE["run the long checks of doctor"]["schedule"] == EVERY_LONG.total_seconds()
