"""The address that alerts are posted to, and the form that it wants.

The form is said by what stands in front of the address, such as `slack+https://…`. A small table
of ours, since what Apprise offers opens connections of its own: it would follow redirects and reach
private hosts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from newsletter.core.outbound.destination import read_destination
from newsletter.core.outbound.reach import PUBLIC
from newsletter.core.outbound.trouble import OutboundError, Trouble

EXAMPLES = {
    "json": "https://monitor.example.org/hooks/convene",
    "ntfy": "ntfy+https://:TOKEN@ntfy.sh/TOPIC",
    "slack": "slack+https://hooks.slack.com/services/T000/B000/KEY",
    "matrix": "matrix+https://:TOKEN@matrix.example.org/!room:example.org",
}


class BadTarget(ValueError):
    """An address that alerts can't be posted to. The message repeats nothing of it.

    Attributes:
        example: one of the form that was meant.
    """

    def __init__(self, problem: str, *, form: str = "json") -> None:
        super().__init__(problem)
        self.example = EXAMPLES[form]


def require_public(url: str) -> None:
    """Require a web address of a public host, as far as it can be told without asking DNS.

    Raises:
        OutboundError: it is another one.
    """
    place = read_destination(url, PUBLIC)
    if place.address is not None and not PUBLIC.allows(place.address):
        raise OutboundError(Trouble.NOT_PUBLIC, place.host)


@dataclass(frozen=True, slots=True)
class AlertTarget:
    """The address that alerts are posted to.

    Args:
        form: a key of EXAMPLES.
        url: of a webhook or topic; of a Matrix server without a path.
        token: sent as a bearer's; "" for none.
        room: of Matrix.
    """

    form: str
    url: str = field(repr=False)
    token: str = field(default="", repr=False)
    room: str = ""

    @property
    def host(self) -> str:
        """Return the host, which is no secret; paths are."""
        return urlsplit(self.url).hostname or ""

    def __str__(self) -> str:
        return self.host


def parse_alert_target(value: str) -> AlertTarget:
    """Read the value of ALERT_URL.

    Raises:
        BadTarget: nothing can be posted there.
    """
    scheme, _, rest = value.partition("://")
    form, plus, web = scheme.rpartition("+")
    form = form if plus else "json"
    if form not in EXAMPLES or web != "https":
        raise BadTarget(
            "it must begin with https://, ntfy+https://, slack+https:// or matrix+https://"
        )
    try:
        parts = urlsplit(f"https://{rest}")
        token = unquote(parts.password or "")
        host = parts.netloc.rpartition("@")[2]
        address = f"https://{host}{parts.path}"
        query = f"?{parts.query}" if parts.query else ""
        require_public(f"{address}{query}")
        if not value.isprintable():
            raise ValueError  # urlsplit drops ends of lines
    except (ValueError, OutboundError):
        raise BadTarget("it is no web address of a public host", form=form) from None
    if parts.username or (token and form in ("json", "slack")):
        raise BadTarget("it has a user name or password, which nobody would read", form=form)
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise BadTarget("its token has characters that no header may have", form=form)
    if form == "matrix":
        return _room(host, unquote(parts.path), token)
    if form == "ntfy" and not parts.path.strip("/"):
        raise BadTarget("it names no topic", form=form)
    return AlertTarget(form, f"{address}{query}", token)


def _room(host: str, path: str, token: str) -> AlertTarget:
    room = path.strip("/")
    if not (token and room.startswith("!") and "/" not in room):
        raise BadTarget("it needs a token and the id of a room, which begins with !", form="matrix")
    return AlertTarget("matrix", f"https://{host}", token, room)


@dataclass(frozen=True, slots=True)
class Alert:
    """One message about all that is told at once.

    Args:
        title: one line of ASCII.
        text: lines.
        id: the same when it is told again, after an attempt whose end nobody knows.
        details: for programs.
        is_serious: something must be mended.
    """

    title: str
    text: str
    id: str
    details: Mapping[str, object]
    is_serious: bool


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """One request over HTTP."""

    url: str
    headers: Mapping[str, str]
    body: object
    """Text, or what becomes JSON."""
    method: Literal["POST", "PUT"] = "POST"


def request_of(target: AlertTarget, alert: Alert) -> AlertRequest:
    """Return the request that tells an alert in the form that its target wants."""
    return _FORMS[target.form](target, alert)


def _bearer(target: AlertTarget) -> dict[str, str]:
    return {"Authorization": f"Bearer {target.token}"} if target.token else {}


def _json(target: AlertTarget, alert: Alert) -> AlertRequest:
    return AlertRequest(
        target.url, {}, {"title": alert.title, "text": alert.text, "id": alert.id, **alert.details}
    )


def _ntfy(target: AlertTarget, alert: Alert) -> AlertRequest:
    # docs.ntfy.sh/publish: 4 is "high", 3 the default. What is longer than 4096 bytes would
    # become a file.
    headers = {"Title": alert.title, "Priority": "4" if alert.is_serious else "3"}
    text = alert.text.encode()[:4000].decode(errors="ignore")
    return AlertRequest(target.url, {**headers, **_bearer(target)}, text)


def _slack(target: AlertTarget, alert: Alert) -> AlertRequest:
    # docs.slack.dev, Formatting message text: three characters are escaped.
    text = f"{alert.title}\n{alert.text}"
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return AlertRequest(target.url, {}, {"text": text})


def _matrix(target: AlertTarget, alert: Alert) -> AlertRequest:
    # spec.matrix.org, client-server API, "Sending events to a room": a transaction's id counts
    # once.
    place = f"rooms/{quote(target.room, safe='')}/send/m.room.message/{quote(alert.id, safe='')}"
    return AlertRequest(
        f"{target.url}/_matrix/client/v3/{place}",
        _bearer(target),
        {"msgtype": "m.text", "body": f"{alert.title}\n{alert.text}"},
        "PUT",
    )


_FORMS: Mapping[str, Callable[[AlertTarget, Alert], AlertRequest]] = {
    "json": _json,
    "ntfy": _ntfy,
    "slack": _slack,
    "matrix": _matrix,
}
