"""An email to many, for the tests of the senders."""

from typing import Any

from newsletter.brand.sender_identity import SenderIdentity
from newsletter.rendering.merge import Splice, sentinel
from newsletter.transport.message.recipients import Recipient, Template

UNSUBSCRIBE_URL = "https://lists.example.org/u/" + "x" * 28
_HEADERS = {
    "List-Id": '"Forums" <forums.localhost>',
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Precedence": "bulk",
}
SENDER = SenderIdentity(
    sender="news@lists.example.org",
    sender_name="Interparliamentary Taskforce",
    reply_to="office@example.org",
)


def template(**changes: Any) -> Template:
    fields: dict[str, Any] = {
        "sender": SENDER,
        "subject": Splice.parse(f"You are invited, {sentinel('given_name', 'colleague')}"),
        "html": Splice.parse(
            f"<p>Dear {sentinel('full_name', 'reader & friend')},</p>\n<a "
            f"href='{sentinel('unsubscribe_url')}'>leave</a>"
        ),
        "text": Splice.parse(
            f"Dear {sentinel('full_name', 'reader & friend')},\n\n{sentinel('unsubscribe_url')}\n"
        ),
        "headers": _HEADERS,
    }
    return Template(**{**fields, **changes})


def recipient(**changes: Any) -> Recipient:
    fields: dict[str, Any] = {
        "key": 1,
        "ref": "r3f",
        "to": "ada@example.nz",
        "to_name": "Ada Lovelace",
        "template": template(),
        "values": {
            "given_name": "Ada",
            "full_name": "Ada Lovelace",
            "unsubscribe_url": UNSUBSCRIBE_URL,
        },
        "headers": {"List-Unsubscribe": f"<{UNSUBSCRIBE_URL}>"},
    }
    return Recipient(**{**fields, **changes})


def many(number: int, **changes: Any) -> list[Recipient]:
    """Make recipients of one email, whose addresses begin with their keys."""
    email = template()
    return [
        recipient(
            key=key, ref=f"r3f{key}", to=f"{key}@example.nz", **{"template": email, **changes}
        )
        for key in range(number)
    ]
