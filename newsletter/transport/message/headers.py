"""Headers that machines read: how to unsubscribe, which list, and that no autoreply is wanted."""

import ipaddress
import unicodedata
from urllib.parse import urlsplit

from django.conf import settings


def unsubscribe_header(url: str) -> dict[str, str]:
    """Return the header that differs by recipient in a campaign (RFC 2369, RFC 8058).

    Args:
        url: one https URL, which takes the RFC 8058 POST.
    """
    return {"List-Unsubscribe": f"<{url}>"}


def campaign_headers(*, list_id: str, list_name: str, feedback_id: str) -> dict[str, str]:
    """Return the headers that every message of a campaign has alike.

    Args:
        list_id: what `list_id()` returned for the topic.
        list_name: the topic's name, for people. It is left out where it can't be said in ASCII.
        feedback_id: three or four parts with colons between them and no personal data (Gmail's
            Feedback-ID).
    """
    phrase = _ascii_phrase(list_name)
    return {
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{phrase} <{list_id}>" if phrase else f"<{list_id}>",
        "Feedback-ID": feedback_id,
        "Precedence": "bulk",
        **notice_headers(),
    }


def notice_headers() -> dict[str, str]:
    """Return the headers of a single message that a machine wrote (RFC 3834; one is Microsoft's).

    There is no List-Unsubscribe among them: on transactional mail it would do nothing.
    """
    return {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


def neutral_campaign_headers(domain: str) -> dict[str, str]:
    """Return the headers that every discreet message of a campaign has alike.

    They are the same for all campaigns. A Feedback-ID would put this mail beside that of the usual
    sender.

    Args:
        domain: of the links in discreet mail.
    """
    return {
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<list.{_domain_of_ids(domain)}>",
        "Precedence": "bulk",
        **notice_headers(),
    }


def list_id(slug: str) -> str:
    """Return a topic's name for machines (RFC 2919), without angle brackets. It never changes."""
    return f"{slug}.{_domain_of_ids()}"


def message_id(ref: str, *, domain: str = "") -> str:
    """Return a Message-ID in our domain, with its angle brackets.

    The same message has the same one at each attempt, so that a copy which slipped through can be
    distinguished from a second message.

    Args:
        ref: the opaque token of the delivery or message.
        domain: of a neutral sender identity; empty for the host of SITE_URL.
    """
    return f"<{ref}@{_domain_of_ids(domain)}>"


def _domain_of_ids(domain: str = "") -> str:
    host = domain or urlsplit(settings.SITE_URL).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.encode("idna").decode("ascii")
    return f"host-{host.replace('.', '-').replace(':', '-')}.invalid"


def _ascii_phrase(name: str) -> str:
    """Return `name` as a quoted phrase in ASCII without accents, or an empty string.

    Some providers would encode a header with other characters as a whole, its brackets included.
    """
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name)
        if not unicodedata.combining(letter)
    )
    if not bare.strip() or not bare.isascii() or not bare.isprintable():
        return ""
    return '"' + bare.replace("\\", "\\\\").replace('"', '\\"') + '"'
