"""The MIME of an ordinary single message: as that of a batch, joined from finished bytes.

Python's email package takes three milliseconds for a confirmation, which is most of what one costs.
"""

from newsletter.brand.sender_identity import SenderIdentity
from newsletter.rendering.merge import Splice
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.mime_template import MimeTemplate
from newsletter.transport.message.recipients import Recipient, Template


def single_mime(message: OutgoingMessage) -> bytes | None:
    """Return a message as it goes over SMTP, with its ref in a header.

    Each line ends with CRLF, and none has more than 998 bytes.

    Args:
        message: one that `check_headers` has passed.

    Returns:
        None where it has attachments or an invitation, or lacks one of text and HTML: `build` it.

    Raises:
        Unsendable: it can't be written as MIME.
    """
    if message.attachments or message.invitation or not message.html or not message.text:
        return None
    sender = SenderIdentity(
        sender=message.sender,
        sender_name=message.sender_name,
        reply_to=message.reply_to,
        id_domain=message.message_id.rpartition("@")[2].rstrip(">"),
        is_neutral=message.is_neutral,
        return_path=message.return_path,
    )
    template = Template(
        sender=sender,
        subject=Splice.literal(message.subject),
        html=Splice.literal(message.html),
        text=Splice.literal(message.text),
        headers=message.headers,
    )
    recipient = Recipient(
        key=0,
        ref=message.ref,
        to=message.to,
        to_name=message.to_name,
        template=template,
        values={},
        headers={},
    )
    return MimeTemplate(template).fill(recipient)
