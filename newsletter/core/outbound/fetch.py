"""The one client for web addresses that somebody else has given.

It sends nothing of ours but the name of the program: no cookie, no referrer, no address of this
installation, and nothing of the environment such as proxies and passwords. A proxy would resolve
names itself, where nobody has checked them.
"""

import http.client
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from newsletter.core.outbound.connection import connect, trouble_of
from newsletter.core.outbound.deadline import Deadline
from newsletter.core.outbound.destination import Destination, read_destination, redirected
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.outbound.resolve import TO_RESOLVE, addresses_of
from newsletter.core.outbound.trouble import OutboundError, Trouble

AGENT = "Convene"
SECONDS = 10.0
"""For all of it: names, connections, redirects, and the answer."""
REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer of a host.

    Attributes:
        place: where it came from, after redirects.
        headers: by their names in small letters; of several of one name the last.
        body: as many bytes as were asked for, at most.
    """

    status: int
    place: Destination
    headers: Mapping[str, str]
    body: bytes = b""


def fetch(
    url: str,
    *,
    method: Literal["GET", "HEAD", "POST", "PUT"] = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    redirects: int = REDIRECTS,
    seconds: float = SECONDS,
    largest: int = 0,
    reach: Reach = PUBLIC,
) -> Fetched:
    """Fetch what is at a web address, wherever it leads.

    Each host is looked up and checked anew, and connected to at the very address that was checked.

    Args:
        url: http or https, of anybody.
        headers: besides the usual ones.
        body: of a POST or PUT. It goes to the very address that was given, so no redirect is
            followed, whatever it leads to.
        redirects: so many are followed.
        seconds: for all of it together.
        largest: bytes of the body; 0: it isn't read, however large it is.
        reach: what may be opened.

    Raises:
        OutboundError: there was no answer, or too large a one.
    """
    deadline = Deadline(seconds)
    place = read_destination(url, reach)
    request = _Request(method, headers or {}, body)
    for _ in range(redirects + 1):
        answer = _ask(place, request, deadline, largest=largest, reach=reach)
        location = answer.headers.get("location") if answer.status in _REDIRECTS else None
        if location is None:
            return answer
        if body is not None:
            break
        place = redirected(place, location, reach)
    raise OutboundError(Trouble.TOO_MANY_REDIRECTS, place.host)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    headers: Mapping[str, str]
    body: bytes | None


def _ask(
    place: Destination,
    request: _Request,
    deadline: Deadline,
    *,
    largest: int,
    reach: Reach,
) -> Fetched:
    try:
        addresses = addresses_of(place, reach, seconds=deadline.left(at_most=TO_RESOLVE))
        connection = connect(
            place, addresses, deadline, authorities=reach.authorities, largest=largest
        )
        with closing(connection):
            # TimedResponse takes it for the time limit of the whole answer.
            connection.sock.settimeout(deadline.left())
            # http.client adds "Accept-Encoding: identity", so nothing comes that could swell.
            sent = {"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
            connection.request(
                request.method, place.target, body=request.body, headers={**sent, **request.headers}
            )
            with connection.getresponse() as response:
                return _read(response, place, largest=0 if request.method == "HEAD" else largest)
    except OutboundError as error:
        raise OutboundError(error.trouble, place.host) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutboundError(trouble_of(error), place.host) from error


def _read(response: http.client.HTTPResponse, place: Destination, *, largest: int) -> Fetched:
    headers = {name.lower(): value for name, value in response.getheaders()}
    if not largest:
        return Fetched(response.status, place, headers)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise OutboundError(Trouble.NO_HTTP)
    body = response.read(largest + 1)
    if len(body) > largest:
        raise OutboundError(Trouble.TOO_LARGE)
    if response.length:
        raise OutboundError(Trouble.NO_HTTP)  # less came than was announced
    return Fetched(response.status, place, headers, body)
