"""The parts of a provider's file.

Providers' files are read while settings are made, so nothing here imports Django.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from newsletter.transport.config.mailer_options import MailerOption
from newsletter.transport.config.mailer_parts import MailerParts
from newsletter.transport.providers.parts.batch_form import BatchForm
from newsletter.transport.providers.parts.sender_records import SenderRecords
from newsletter.transport.providers.parts.webhook import Webhook
from newsletter.transport.results.response_format import PLAIN, ResponseFormat

NO_RECORDS = SenderRecords()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A key with which a provider takes a request only once.

    A request in doubt may be repeated as it was, under the same key, without a second copy.

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
    """The abilities of a provider, and its habits with messages.

    Args:
        name: as staff know it.
        has_api: anymail carries the message, and our reference as metadata, which the provider
            hands back with its events. Others carry it in a header of the message.
        keeps_message_id: others give each message an id of their own, and refuse or double a
            Message-ID among the headers.
        switches_tracking: its API has a switch for open and click tracking, which we turn off.
            Others have it in their dashboard only.
        ascii_mailboxes_only: it takes ASCII alone before the @.
        template_marks: what its own templating would look for in the finished message. Staff text
            never meets a template engine.
        takes_mime: it wants the whole message as MIME.
        bulk_stream: the id of Postmark's message stream for bulk, where the URL names no other.
        sends_from_domain_of_url: it sends all mail from the domain in the mailer's URL, whatever
            the From line says, unless a message names another.
        bare_file_types: it drops a message in silence whose file has a type with parameters, such
            as the method of a calendar.
        idempotency: its key for one message; None where it knows none.
    """

    name: str
    has_api: bool = True
    keeps_message_id: bool = False
    switches_tracking: bool = False
    ascii_mailboxes_only: bool = False
    template_marks: tuple[str, ...] = ()
    takes_mime: bool = False
    bulk_stream: str = ""
    sends_from_domain_of_url: bool = False
    bare_file_types: bool = False
    idempotency: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailerScheme:
    """One kind of mailer URL, named by what stands before its `://`.

    Args:
        example: a URL of this kind, for complaints.
        read: turns the parts of a URL and its options into OPTIONS of the backend; raises what
            `parts.problem` makes.
        options: those that it takes, beside the common ones.
    """

    example: str
    read: Callable[[MailerParts, Mapping[str, object]], dict[str, object]]
    options: Mapping[str, MailerOption] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider, or one other way for mail to leave.

    Args:
        key: its name in mailer URLs, in the webhook's address and in rows.
        backend: the dotted path of its email backend.
        schemes: its kinds of mailer URLs, by scheme.
        responses: how it words its answers over HTTP.
        batch: the form of a call with values, headers and metadata for each of many recipients;
            None where it takes one recipient a call.
        webhook: how it reports; None where it doesn't.
        limit_answers: gives each answer to an open backend one time limit as a whole, where the
            backend is none of anymail's over requests.
        sender_records: of DNS, for the sender's domain.
        probe: speaks to an open backend without sending, and returns what is wrong; None where
            opening it says all.
    """

    key: str
    backend: str
    capabilities: Capabilities
    schemes: Mapping[str, MailerScheme]
    responses: ResponseFormat = PLAIN
    batch: BatchForm | None = None
    webhook: Webhook | None = None
    limit_answers: Callable[[Any], None] | None = None
    sender_records: SenderRecords = NO_RECORDS
    probe: Callable[[Any], str] | None = None
