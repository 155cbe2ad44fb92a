"""What providers do differently, in one table. Keys are the names that mailer URLs give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from newsletter.transport.config.mailer_url import MailerSettings
from newsletter.transport.message.mime import REF_HEADER


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A provider takes a request with a key that it has seen only once, so that one in doubt may be repeated as it was.

    Args:
        header: the one that carries the key.
        of_the_request: whether it stands among the headers of the HTTP request; else among those of
            the message.
        is_uuid: whether the key must have that form.
        window: how long the provider remembers it.
    """

    header: str
    of_the_request: bool
    is_uuid: bool
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One kind of mailer.

    Args:
        name: as staff know it.
        ref_in: where our reference travels. Providers hand what is in theirs back with their
            events.
        keeps_message_id: others give each message an id of their own, and refuse or double a
            Message-ID among the headers.
        switches_tracking: their API has a switch for open and click tracking, which we turn off.
            The others have it in their dashboard only.
        ascii_mailboxes_only: they take ASCII alone before the @.
        template_marks: what their own templating would look for in the finished message. Staff text
            never meets a template engine.
        takes_mime: they want the whole message as MIME.
        bulk_stream: the id that Postmark gives the first message stream for bulk; another one is
            named by `message_stream=`.
        largest_batch: recipients of one call that has values, headers and metadata for each of
            them; 1 where there is none.
        idempotency: their key for one message; None where they know none.
    """

    name: str
    ref_in: str
    keeps_message_id: bool = False
    switches_tracking: bool = False
    ascii_mailboxes_only: bool = False
    template_marks: tuple[str, ...] = ()
    takes_mime: bool = False
    bulk_stream: str = ""
    largest_batch: int = 1
    idempotency: IdempotencyKey | None = None

    @property
    def has_api(self) -> bool:
        """Whether anymail carries it, and our reference as metadata."""
        return self.ref_in != REF_HEADER


CAPABILITIES: Mapping[str, Capabilities] = {
    "inbox": Capabilities(name="the development inbox", ref_in=REF_HEADER, keeps_message_id=True),
    "smtp": Capabilities(name="SMTP", ref_in=REF_HEADER, keeps_message_id=True),
    "mailgun": Capabilities(
        name="Mailgun",
        ref_in="v:ref",
        keeps_message_id=True,
        switches_tracking=True,
        template_marks=("%recipient", "%unsubscribe", "%tag_unsubscribe", "%mailing_list"),
        largest_batch=1000,
    ),
    "postmark": Capabilities(
        name="Postmark", ref_in="Metadata", switches_tracking=True, bulk_stream="broadcast"
    ),
    "brevo": Capabilities(
        name="Brevo",
        ref_in="X-Mailin-custom",
        template_marks=("{{", "{%", "{#"),
        largest_batch=1000,
        # developers.brevo.com/docs/heterogenous-versions-batch-emails
        idempotency=IdempotencyKey(
            header="idempotencyKey",
            of_the_request=False,
            is_uuid=True,
            window=timedelta(minutes=30),
        ),
    ),
    "resend": Capabilities(
        name="Resend",
        ref_in="X-Metadata",
        # resend.com/docs/dashboard/emails/idempotency-keys
        idempotency=IdempotencyKey(
            header="Idempotency-Key", of_the_request=True, is_uuid=False, window=timedelta(hours=24)
        ),
    ),
    "mailjet": Capabilities(
        name="Mailjet",
        ref_in="EventPayload",
        switches_tracking=True,
        template_marks=("[[", "{{", "{%"),
        largest_batch=50,
    ),
    # docs.aws.amazon.com: "the local part must use 7-bit ASCII".
    "ses": Capabilities(
        name="Amazon SES",
        ref_in="X-Metadata",
        keeps_message_id=True,
        ascii_mailboxes_only=True,
        takes_mime=True,
    ),
}


def recipients_of_a_call(mailer: MailerSettings) -> int:
    """The most recipients of one call: as many as the mailer's URL asks for and its provider takes; 1 for a call each."""
    return min(mailer.batch, CAPABILITIES[mailer.provider].largest_batch)
