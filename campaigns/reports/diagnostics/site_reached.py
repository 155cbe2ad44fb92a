"""Check that the host of links in email is found by DNS, and has a certificate for long enough."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from campaigns.reports.diagnostics.finding import Found, Level, Said, moment
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import neutral_url
from newsletter.core.loopback import is_address, is_loopback
from newsletter.core.outbound.certificate import Validity, certificate_of
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.outbound.records import DnsSilent, Records
from newsletter.core.outbound.trouble import OutboundError, Trouble
from newsletter.core.plural import number_of

SECONDS = 8.0
"""For each host."""
SOON, VERY_SOON = timedelta(days=14), timedelta(days=3)
"""Left to a certificate: time for somebody to look, and no time. Of those that are made for a week
it is a quarter and an eighth of their time.
"""
_BAD = {
    Trouble.CERTIFICATE_EXPIRED: "has expired",
    Trouble.CERTIFICATE_OF_ANOTHER: "is for another name",
    Trouble.CERTIFICATE_UNTRUSTED: "is signed by nobody whom browsers trust, or comes without "
    "those between",
    Trouble.NO_TLS: "can't be seen, as TLS fails",
}


def site(reach: Reach = PUBLIC) -> Found:
    """Look at SITE_URL and the neutral link domain as visitors reach them.

    Args:
        reach: what may be opened, and the resolver that is asked.
    """
    brand = current_brand()
    urls = {"SITE_URL": settings.SITE_URL}
    if brand.neutral_domain:
        urls["the neutral link domain"] = neutral_url(brand)
    for name, url in urls.items():
        host = urlsplit(url).hostname or ""
        if not is_loopback(host):
            yield from _of_host(name, url, host, reach)


def _of_host(name: str, url: str, host: str, reach: Reach) -> Found:
    try:
        known = is_address(host) or Records(resolver=reach.resolver, seconds=SECONDS).has_address(
            host
        )
    except DnsSilent:
        words = f"DNS doesn't answer here, so {host} could not be looked up."
        yield Said(Level.FINE, words, is_known=False)
        return
    if not known:
        yield Said(
            Level.MEND,
            f"DNS knows no address of {host} ({name}): links in email lead nowhere. Set in DNS: "
            f"{host}. A and AAAA with this server's addresses.",
            f"DNS of {host}",
        )
        return
    if not url.startswith("https:"):
        return  # `mail` says so
    try:
        valid = certificate_of(url, seconds=SECONDS, reach=reach)
    except OutboundError as error:
        yield from _without_certificate(host, error.trouble)
        return
    yield from _left(host, valid, datetime.now(UTC))


def _without_certificate(host: str, trouble: Trouble) -> Iterator[Said]:
    if trouble in _BAD:
        yield Said(
            Level.MEND,
            f"The certificate of {host} {_BAD[trouble]}: visitors are warned or turned away. Renew "
            f"it where TLS ends (certbot renew, or caddy reload), and reload the proxy.",
            f"certificate of {host}",
        )
    elif trouble in (Trouble.NO_NETWORK, Trouble.NOT_PUBLIC, Trouble.NOT_ALLOWED):
        yield Said(
            Level.FINE,
            f"{host} can't be reached from here as visitors reach it, so its certificate could not "
            f"be looked at ({trouble}).",
            is_known=False,
        )
    else:
        yield Said(
            Level.LOOK,
            f"{host} doesn't answer when it is called from here ({trouble}). See that the proxy "
            f"runs, and that the firewall lets visitors in.",
            f"answer of {host}",
        )


def _left(host: str, valid: Validity, now: datetime) -> Iterator[Said]:
    whole, left = valid.ends - valid.begins, valid.ends - now
    if left >= min(SOON, whole / 4):
        yield Said(Level.FINE, f"The certificate of {host} is good until {moment(valid.ends)}.")
        return
    yield Said(
        Level.MEND if left < min(VERY_SOON, whole / 8) else Level.LOOK,
        f"The certificate of {host} ends at {moment(valid.ends)}, in "
        f"{number_of(left.days, 'day')}. Renew it where TLS ends (certbot renew, or caddy "
        f"reload), and reload the proxy.",
        f"certificate of {host}",
    )
