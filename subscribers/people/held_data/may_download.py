"""A limit on downloads: each reads every table in which somebody may occur."""

from limits import parse

from newsletter.core.requests.rate_limits import count

PER_PERSON = parse("10/hour")


def may_download(subscriber_id: int) -> bool:
    """Count one download, and return whether it may go on."""
    return count(lambda limiter: limiter.hit(PER_PERSON, "download", str(subscriber_id)))
