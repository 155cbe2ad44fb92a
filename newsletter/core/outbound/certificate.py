"""The certificate that a host shows, without a request: until when it is good."""

import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from newsletter.core.outbound.connection import connect, trouble_of
from newsletter.core.outbound.deadline import Deadline
from newsletter.core.outbound.destination import read_destination
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.outbound.resolve import TO_RESOLVE, addresses_of
from newsletter.core.outbound.trouble import OutboundError, Trouble


@dataclass(frozen=True, slots=True)
class Validity:
    """The time in which a certificate is good."""

    begins: datetime
    ends: datetime


def certificate_of(url: str, *, seconds: float, reach: Reach = PUBLIC) -> Validity:
    """Look at the certificate of a website, which is checked as a browser does.

    Args:
        url: https.
        seconds: for name, connection and handshake together.
        reach: what may be opened.

    Raises:
        OutboundError: nobody answers, or the certificate isn't good.
    """
    deadline = Deadline(seconds)
    place = read_destination(url, reach)
    try:
        addresses = addresses_of(place, reach, seconds=deadline.left(at_most=TO_RESOLVE))
        opened = connect(place, addresses, deadline, authorities=reach.authorities, largest=0)
        with closing(opened):
            if not isinstance(opened.sock, ssl.SSLSocket):
                raise OutboundError(Trouble.NO_TLS, place.host)
            shown = opened.sock.getpeercert() or {}
            return Validity(_read(shown, "notBefore"), _read(shown, "notAfter"))
    except OutboundError as error:
        raise OutboundError(error.trouble, place.host) from error
    except (OSError, ValueError) as error:
        raise OutboundError(trouble_of(error), place.host) from error


def _read(shown: object, name: str) -> datetime:
    text = shown.get(name, "") if isinstance(shown, dict) else ""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)
