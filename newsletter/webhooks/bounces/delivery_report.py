"""A delivery report (RFC 3464): the part of a bounce that is written for programs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from email.utils import parseaddr

from newsletter.states import ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import text
from newsletter.webhooks.bounces.bounce_text import words_about
from newsletter.webhooks.bounces.classify import classify_bounce
from newsletter.webhooks.bounces.phrases import BounceReason, reasons_in
from newsletter.webhooks.parsed_event import LONGEST_DETAIL, ParsedEvent

type Fields = Mapping[str, list[str]]
"""The group of fields of one recipient by name, in lower case; each may stand there repeatedly."""

_ACTIONS = {
    "failed": ProviderEventKind.BOUNCED,
    "failure": ProviderEventKind.BOUNCED,
    "error": ProviderEventKind.BOUNCED,
    "undeliverable": ProviderEventKind.BOUNCED,
    "expired": ProviderEventKind.BOUNCED,
    "delayed": ProviderEventKind.DEFERRED,
    "delivered": ProviderEventKind.DELIVERED,
    "relayed": ProviderEventKind.ACCEPTED,
    "expanded": ProviderEventKind.ACCEPTED,
}
"""By RFC 3464 section 2.3.3, and by what others write; a remark may follow."""

LONGEST_FIELD = 2_000
"""Characters of a field that are read."""

_ANSWERS = ("diagnostic-code", "x400-supplementary-info", "x-supplementary-info")
_LOOSE_FIELD = re.compile(r"^([\w-]+) +: *(.*)$", re.MULTILINE)


def reported_recipients(status: Message) -> list[Fields]:
    """Return the groups of fields in a part of the type message/delivery-status.

    Python's parser makes each a message of its own, and leaves fields with a space before the
    colon, which Mimecast writes, in the body.
    """
    payload = status.get_payload()
    groups = payload if isinstance(payload, list) else []
    found = [_fields(group) for group in groups if isinstance(group, Message)]
    return [fields for fields in found if fields.get("action")]


def parse_delivery_report(reported: Sequence[Fields], words: str) -> Iterator[ParsedEvent]:
    """Yield the event of each recipient of a delivery report.

    Args:
        reported: the groups of fields that `reported_recipients` returned.
        words: the text of the mail. It counts for a recipient as far as it speaks of them.
    """
    everybody = [_recipient(fields).lower() for fields in reported]
    for fields in reported:
        about = words_about(words, _recipient(fields).lower(), others=everybody)
        yield _parse_recipient(fields, about)


def address_in_field(field: str) -> str:
    """Return the address in a field such as `rfc822; ada@example.nz`."""
    return text(parseaddr(field.rpartition(";")[2].strip())[1], 400)


def _parse_recipient(fields: Fields, words: str) -> ParsedEvent:
    """Read the fields of one recipient.

    Args:
        words: the part of the mail's text that speaks of this recipient. It counts where the report
            gives no answer of a mail server, or one that says no more than that something failed:
            OpenSMTPD and Domino write the reason there alone.
    """
    action, _, remark = fields["action"][0].partition(" ")
    kind = _ACTIONS.get(action.strip(":;,()").lower())
    status = " ".join(fields.get("status", ()))
    answers = [one for name in _ANSWERS for one in fields.get(name, ())]
    said = [status, remark, *answers]
    if BounceReason.AFTER_CONTENT in reasons_in(words) or not any(
        reasons_in(answer) for answer in answers
    ):
        said.insert(0, words)
    return ParsedEvent(
        kind=kind or ProviderEventKind.OTHER,
        bounce_class=classify_bounce(*said) if kind is ProviderEventKind.BOUNCED else None,
        recipient=_recipient(fields),
        detail=text(" ".join(" ".join([status, *answers]).split()), LONGEST_DETAIL),
        problem="" if kind else f"Its action is unknown ({text(action, 60)}).",
    )


def _recipient(fields: Fields) -> str:
    """Return the address that we wrote to; empty where none is named.

    Where mail is forwarded the final recipient is somebody whom we don't know.
    """
    named = (
        address_in_field(value)
        for name in ("original-recipient", "final-recipient")
        for value in fields.get(name, ())
    )
    return next((address for address in named if address), "")


def _fields(group: Message) -> Fields:
    pairs = [(name, str(value)) for name, value in group.items()]
    body = group.get_payload()
    pairs += _LOOSE_FIELD.findall(body) if isinstance(body, str) else []
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name.strip().lower(), []).append(value[:LONGEST_FIELD])
    return {
        name: values for name, values in fields.items() if any(value.strip() for value in values)
    }
