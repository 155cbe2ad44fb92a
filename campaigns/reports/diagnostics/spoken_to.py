"""Check of mailers and mailboxes by speaking to them, for `doctor --probe` alone."""

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.transport.connections.speak import probe_mailboxes, probe_mailers


def probe() -> Found:
    """Sign in everywhere, as sending and reading do. No message is sent, and none is taken."""
    for what, wrong in (*probe_mailers(), *probe_mailboxes()):
        if wrong:
            yield Said(
                Level.MEND,
                f"Speaking to {what} fails: {wrong}. Correct its URL (docs/configuration.md), or "
                f"wait until it is back.",
                what,
            )
        else:
            yield Level.FINE, f"Speaking to {what} works."
