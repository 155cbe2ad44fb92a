"""The tables of the app below that hold something of a person: emails, and what providers said."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models import (
    AuditEntry,
    InboxMessage,
    ProviderEvent,
    TransactionalMessage,
    WrittenAddress,
)
from subscribers.models import Subscriber, Suppression
from subscribers.people.held_data.held_table import HeldTable
from subscribers.people.held_data.of_subscribers import INTERNAL, OTHER_PERSON

SIGNED = "It holds a key or a signature."


def tables_of_newsletter(subscriber: Subscriber, digests: Collection[str]) -> list[HeldTable]:
    """Return the tables of the app below.

    Args:
        digests: of the person's address and of earlier ones.
    """
    return [
        HeldTable(
            name="single_emails",
            title=_("Emails about your subscription"),
            rows=TransactionalMessage.objects.filter(digest__in=digests).order_by("pk"),
            left_out={
                "html": "It says what the text says.",
                "headers": SIGNED,
                "topic_id": INTERNAL,
                "claim_token": INTERNAL,
                "lease_until": INTERNAL,
            },
        ),
        HeldTable(
            name="written_addresses",
            title=_("That we wrote to your address long ago"),
            rows=WrittenAddress.objects.filter(digest__in=digests).order_by("pk"),
        ),
        HeldTable(
            name="provider_events",
            title=_("What email providers told us about your mailbox"),
            rows=ProviderEvent.objects.filter(digest__in=digests).order_by("pk"),
            left_out={"headers": SIGNED, "delivery_ref": SIGNED, "fingerprint": INTERNAL},
        ),
        HeldTable(
            name="copies",
            title=_("Copies of emails on a test installation"),
            rows=InboxMessage.objects.filter(recipient=subscriber.email).order_by("pk"),
            left_out={"raw": "It is the email as you have it."},
        ),
        HeldTable(
            name="staff_actions",
            title=_("What our staff did with your record"),
            rows=AuditEntry.objects.filter(_about(subscriber, digests)).order_by("pk"),
            left_out={
                **dict.fromkeys(("actor_id", "actor_name", "network"), OTHER_PERSON),
                **dict.fromkeys(("salt", "key_id", "digest", "emptied_digest"), SIGNED),
                **dict.fromkeys(("seal", "topic_id"), INTERNAL),
            },
        ),
    ]


def _about(subscriber: Subscriber, digests: Collection[str]) -> Q:
    suppressions = Suppression.objects.filter(digest__in=digests).values_list("pk", flat=True)
    return Q(object_type="subscribers.subscriber", object_id=str(subscriber.pk)) | Q(
        object_type="subscribers.suppression", object_id__in=[str(pk) for pk in suppressions]
    )
