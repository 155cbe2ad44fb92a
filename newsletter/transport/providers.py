"""What providers do differently. Keys are the names that anymail gives them (`esp_name`)."""

from django.core.mail import EmailAlternative

from newsletter.states import Stream
from newsletter.transport.envelope import OutgoingMessage, Unsendable
from newsletter.transport.mime import WireMessage

SMTP = ""
"""Anything that isn't a provider's API: SMTP and the development inbox."""

# Their API has a switch for open and click tracking, which we turn off. The others have it in their dashboard only.
_TRACKING_SWITCH = frozenset({"Mailgun", "Mailjet", "Postmark"})
# The others give each message an id of their own, and refuse or double a Message-ID among the headers.
_KEEPS_MESSAGE_ID = frozenset({SMTP, "Mailgun", "Amazon SES"})
# They take ASCII alone before the @ (docs.aws.amazon.com: "the local part must use 7-bit ASCII").
_ASCII_MAILBOXES_ONLY = frozenset({"Amazon SES"})
# Marks that a provider's own templating would look at in the finished message. Staff text never meets a template engine.
_TEMPLATE_MARKS = {"Mailgun": ("%recipient", "%unsubscribe", "%tag_unsubscribe", "%mailing_list"), "Brevo": ("{{", "{%")}
_WORD_JOINER = "\u2060"

POSTMARK_BULK_STREAM = "broadcast"
"""The id that Postmark gives the first message stream for bulk; another one is named by `message_stream=` in the mailer's URL."""


class InternationalMailbox(Unsendable):
    """The provider can't write to a mailbox with other letters before the @."""


def adapt(built: WireMessage, message: OutgoingMessage, *, provider: str, stream: Stream, message_stream: str = "") -> None:
    """Make `built` fit for `provider`.

    Args:
        built: what `mime.build(message)` returned.
        message_stream: the Postmark stream that the mailer's URL names, if any.

    Raises:
        InternationalMailbox: this recipient can't be reached through this provider.
    """
    if provider in _ASCII_MAILBOXES_ONLY and not message.to.isascii():
        raise InternationalMailbox(f"{provider} can't write to a mailbox with letters outside of ASCII.")
    if provider not in _KEEPS_MESSAGE_ID:
        del built.extra_headers["Message-ID"]
    if provider in _TRACKING_SWITCH:
        built.track_opens = built.track_clicks = False
    if provider == "Postmark" and stream == Stream.BULK and not message_stream:
        built.esp_extra = {"MessageStream": POSTMARK_BULK_STREAM}
    for mark in _TEMPLATE_MARKS.get(provider, ()):
        _defuse(built, mark)


def _defuse(built: WireMessage, mark: str) -> None:
    first, rest = mark[0], mark[1:]
    built.subject = str(built.subject).replace(mark, first + _WORD_JOINER + rest)
    built.body = str(built.body).replace(mark, first + _WORD_JOINER + rest)
    built.alternatives = [
        EmailAlternative(str(content).replace(mark, f"&#{ord(first)};{rest}") if mimetype == "text/html" else content, mimetype)
        for content, mimetype in built.alternatives
    ]
