"""What the checks find is kept for the dashboard, without what is told there otherwise."""

import pytest

from campaigns.models import KeptFindings
from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Level
from campaigns.reports.diagnostics.keep import EVERY, LEFT_OUT, keep_findings, kept_findings
from config.schedule import SCHEDULE
from newsletter.models import Brand

pytestmark = pytest.mark.django_db


def test_before_the_checks_ran_nothing_is_kept() -> None:
    assert kept_findings() == ([], None)


def test_only_what_is_not_fine_is_kept_and_only_once(brand: Brand) -> None:
    Brand.objects.update(postal_address="")
    first = keep_findings()
    assert keep_findings() == first
    assert KeptFindings.objects.count() == 1
    findings, checked_at = kept_findings()
    assert checked_at is not None
    assert len(findings) == first
    assert not [each for each in findings if each.level is Level.FINE]
    assert [each.check for each in findings if "postal address" in each.message] == ["brand"]
    levels = [each.level is Level.MEND for each in findings]
    assert levels == sorted(levels, reverse=True), "What must be mended comes first."


def test_checks_that_are_left_out_are_not_run(brand: Brand) -> None:
    assert {each.check for each in diagnose(left_out=LEFT_OUT)}.isdisjoint(LEFT_OUT)
    assert {each.check for each in diagnose(left_out={"keys"})} >= {"database", "brand"}


def test_the_clock_runs_them_as_often_as_the_dashboard_says() -> None:
    assert SCHEDULE["run the checks of doctor"]["schedule"] == EVERY.total_seconds()
