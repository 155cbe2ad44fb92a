"""Sites that may frame the sign-up form: `https://www.example.org, https://*.example.com`.

They become the sources of `frame-ancestors` in a Content-Security-Policy as they are (CSP Level 3,
section 2.3.1), so nothing is taken that a browser would read otherwise than a person does.
"""

import re

from config.environment.unusable_value import UnusableValue

WILDCARD = "*."
"""In front of a host it stands for one part of its name or several, and not for none."""
_ORIGIN = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/?#@:]+)(:(?P<port>[^/?#@]*))?/?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHARED_ENDINGS = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "mil", "ne", "net", "or", "org"}
)
"""In front of a country's two letters they end the names of many owners, as in co.uk."""


class EmbedOriginError(UnusableValue):
    """A list of sites that can't be used."""


def parse_embed_origins(value: str) -> list[str]:
    """Read origins with commas or spaces between them, each once, in small letters.

    Raises:
        EmbedOriginError: an entry is no origin, or a wildcard that takes in strangers' sites.
    """
    return list(dict.fromkeys(_origin(word) for word in value.replace(",", " ").split()))


def _origin(word: str) -> str:
    if word == "*":
        raise EmbedOriginError(
            "'*' would let every website frame the form; name the websites, or the parts of one, "
            "such as https://*.example.org"
        )
    if "@" in word:
        raise EmbedOriginError("a website has no user name or password; write only scheme and host")
    found = _ORIGIN.fullmatch(word.lower())
    if found is None or found["scheme"] not in _DEFAULT_PORTS:
        raise EmbedOriginError(f"{word!r} is not an origin; write only scheme, host and port")
    host = found["host"]
    if host.startswith(WILDCARD):
        _check_wildcard(word, found["scheme"], host.removeprefix(WILDCARD))
    else:
        _check_host(word, host)
    port = _port(word, found["port"])
    shown = "" if port in (None, _DEFAULT_PORTS[found["scheme"]]) else f":{port}"
    return f"{found['scheme']}://{host}{shown}"


def _check_wildcard(word: str, scheme: str, rest: str) -> None:
    if scheme != "https":
        raise EmbedOriginError(
            f"{word!r} needs https: with a wildcard anybody could pose as a site"
        )
    _check_host(word, rest)
    *names, last = rest.split(".")
    if not names or (len(names) == 1 and len(last) == 2 and names[0] in _SHARED_ENDINGS):
        raise EmbedOriginError(
            f"{word!r} takes in websites of strangers; write the name of one owner after the "
            f"wildcard, such as https://*.example.org"
        )
    if last.isdigit():
        raise EmbedOriginError(f"{word!r} is an address with a wildcard; use names of hosts")


def _check_host(word: str, host: str) -> None:
    if "*" in host:
        raise EmbedOriginError(
            f"{word!r}: a wildcard stands for the first part of a host alone, such as "
            f"https://*.example.org"
        )
    if not host.isascii():
        raise EmbedOriginError(f"{word!r}: write the host as browsers do, {_in_ascii(host)}")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, host.split("."))):
        raise EmbedOriginError(f"{word!r} is not an origin; {host!r} is not the name of a host")


def _in_ascii(host: str) -> str:
    try:
        return repr(host.encode("idna").decode("ascii"))
    except UnicodeError:
        return "with xn--"


def _port(word: str, port: str | None) -> int | None:
    if port is None:
        return None
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise EmbedOriginError(f"{word!r}: the port must be a number from 1 to 65535")
    return int(port)
