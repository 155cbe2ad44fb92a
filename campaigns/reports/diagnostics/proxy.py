"""Check of the proxy in front: limits must be counted by its clients, and not by itself."""

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.core.requests.untrusted_proxy import untrusted_proxy


def proxy() -> Found:
    """Check that limits are counted by visitors' networks and not by the proxy's."""
    if seen := untrusted_proxy():
        yield (
            Level.MEND if seen.is_certain else Level.LOOK,
            f"Sign-ups and sign-ins come through a proxy at {seen.peer} that is not trusted, so "
            f"all of them share one limit. Use deploy/nginx.conf or deploy/Caddyfile, or set "
            f"TRUSTED_PROXIES (docs/configuration.md).",
        )
