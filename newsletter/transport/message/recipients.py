"""The recipients of a batch: one email to many people, each addressed alone.

What all share is made once. A few fields differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.brand.sender_identity import SenderIdentity
from newsletter.rendering.merge import Splice
from newsletter.transport.message.calendar_part import FILE_NAME, CalendarPart
from newsletter.transport.message.envelope import Attachment, OutgoingMessage
from newsletter.transport.message.headers import message_id


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Template:
    """One language of a campaign, the same for each recipient, with its merge fields open.

    Args:
        headers: those that every recipient's message has alike, such as List-Id.
        calendar: the entry or invitation that goes with it; None for none.
    """

    sender: SenderIdentity
    subject: Splice
    html: Splice
    text: Splice
    headers: Mapping[str, str]
    calendar: CalendarPart | None = None

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The attachments, which all recipients get alike."""
        part = self.calendar
        if part is None or not part.is_file:
            return ()
        return (Attachment(FILE_NAME, part.before.encode(), part.content_type),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recipient:
    """One recipient of a batch, and what differs in their message.

    Args:
        key: the id of the row that the result belongs to.
        ref: the opaque token that travels as metadata and comes back with provider events.
        to: the address as `parse_address` returned it; its domain is ASCII.
        values: by merge field.
        headers: of this message alone, such as List-Unsubscribe.
        calendar_lines: the lines of an invitation that are this recipient's alone.
    """

    key: int
    ref: str
    to: str
    to_name: str
    template: Template
    values: Mapping[str, str]
    headers: Mapping[str, str]
    calendar_lines: str = ""

    def message(self) -> OutgoingMessage:
        """Return the finished message, for a sender that takes one at a time."""
        template, calendar = self.template, self.template.calendar
        invitation = calendar if calendar and not calendar.is_file else None
        return OutgoingMessage(
            to=self.to,
            to_name=self.to_name,
            sender=template.sender.sender,
            sender_name=template.sender.sender_name,
            reply_to=template.sender.reply_to,
            subject=template.subject.fill(self.values, escape=False),
            html=template.html.fill(self.values, escape=True),
            text=template.text.fill(self.values, escape=False),
            headers={**template.headers, **self.headers},
            ref=self.ref,
            message_id=message_id(self.ref, domain=template.sender.id_domain),
            attachments=template.files,
            invitation=invitation.text(self.calendar_lines) if invitation else "",
            invitation_method=invitation.method if invitation else "",
            is_neutral=template.sender.is_neutral,
            return_path=template.sender.return_path,
        )
