"""Check that alerts arrive: each channel that is set up worked when it was last used."""

from django.conf import settings

from campaigns.models import AlertChannel
from campaigns.reports.diagnostics.finding import Found, Level, Said, moment

ALERTS = "alerts"
"""The name of this check."""
EMAIL, URL, HEARTBEAT = "email", "url", "heartbeat"
"""The channels: ALERT_EMAIL, ALERT_URL and HEARTBEAT_URL."""
_VARIABLES = {EMAIL: "ALERT_EMAIL", URL: "ALERT_URL", HEARTBEAT: "HEARTBEAT_URL"}


def alerts() -> Found:
    """Check the channels of alerts.

    That nobody hears the heartbeat is no reason to keep it back, so it is worth a look alone.
    """
    used = [name for name, variable in _VARIABLES.items() if getattr(settings, variable)]
    rows = AlertChannel.objects.filter(name__in=used).exclude(failing_since=None)
    for row in rows.order_by("name"):
        if row.failing_since is None:
            continue
        yield Said(
            Level.LOOK if row.name == HEARTBEAT else Level.MEND,
            f"{_VARIABLES[row.name]} has failed since {moment(row.failing_since)}. Correct "
            f"it, or what it leads to; it is tried again by itself.",
            row.name,
            row.failing_since,
            f"({row.trouble}.)",
        )
    if used and not rows:
        yield Level.FINE, f"Set up: {', '.join(_VARIABLES[name] for name in used)}."
    elif not used:
        yield (
            Level.FINE,
            "Nobody is told of findings: set ALERT_EMAIL or ALERT_URL, and HEARTBEAT_URL.",
        )
