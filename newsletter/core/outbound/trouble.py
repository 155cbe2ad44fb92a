"""The reasons why nothing could be fetched, each said once."""

from enum import StrEnum


class Trouble(StrEnum):
    """The reason why an address gave no answer."""

    NOT_ALLOWED = "not_allowed"
    """The address isn't one that is opened: its form, scheme, port or name."""
    NOT_PUBLIC = "not_public"
    """The name leads into a network of its own, or to this machine."""
    NO_SUCH_NAME = "no_such_name"
    """DNS knows no such name, or no address for it."""
    NO_NETWORK = "no_network"
    """This host can't ask, or can't get there. It says nothing of the site."""
    NOT_CONNECTED = "not_connected"
    """Nobody listens at the address."""
    TOO_SLOW = "too_slow"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_OF_ANOTHER = "certificate_of_another"
    """The certificate is for other names."""
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    """Nobody whom we trust has signed it, or it came without those between."""
    NO_TLS = "no_tls"
    """The secure connection failed for another reason."""
    NO_HTTP = "no_http"
    """The connection ended early, or the answer isn't HTTP as we read it."""
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"


class OutboundError(Exception):
    """An address gave no answer.

    Attributes:
        trouble: the reason.
        host: where it happened, which may be another than the one asked for; "" where the address
            can't be read.
    """

    def __init__(self, trouble: Trouble, host: str = "") -> None:
        super().__init__(f"{trouble} at {host}" if host else str(trouble))
        self.trouble = trouble
        self.host = host
