"""Findings of the checks, as tests look at them."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Finding, Found, Level, Said
from campaigns.states import CampaignStatus
from subscribers.models import Topic

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=timezone.get_fixed_timezone(0))
REASON = "421 4.3.2 try later"


def found(check: str, *, now: datetime | None = None) -> list[Finding]:
    """List what one check finds."""
    return [finding for finding in diagnose(now=now) if finding.check == check]


def told_by(check: str, found: Found) -> list[Finding]:
    """List what a check says that is run by itself."""
    return [Finding(check, *Said(*each)) for each in found]


def to_mend(check: str, *, now: datetime | None = None) -> str:
    """Join what one check says must be mended."""
    return " ".join(
        finding.message for finding in found(check, now=now) if finding.level is Level.MEND
    )


def seen(*checks: str, now: datetime) -> set[tuple[str, Level]]:
    """Return the levels of what these checks find, without the words, which may name moments."""
    return {
        (finding.check, finding.level)
        for finding in diagnose(now=now)
        if finding.check in checks and finding.level is not Level.FINE
    }


def ago(**period: float) -> datetime:
    return NOW - timedelta(**period)


def a_campaign(topic: Topic, status: CampaignStatus, **columns: object) -> Campaign:
    return Campaign.objects.create(name="A campaign", topic=topic, status=status, **columns)
