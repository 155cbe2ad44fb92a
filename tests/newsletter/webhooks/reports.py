"""Reports of providers for the tests, and how they are kept."""

from typing import Any

from newsletter.webhooks.store import store
from tests.fakes import webhooks

ADA = "ada@example.nz"


def keep(report: webhooks.Report) -> None:
    """Store a report, as the view does."""
    store(report.provider, report.body, headers=report.headers)


def some(provider: str = "mailgun", case: str = "delivered", **more: Any) -> webhooks.Report:
    """Return a report about Ada."""
    return webhooks.report(provider, case, **{"ref": "", "recipient": ADA, **more})
