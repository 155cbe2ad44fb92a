"""Messages to one address, and what becomes of them."""

from datetime import timedelta

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage


def kinds(email: str) -> list[str]:
    return list(
        TransactionalMessage.objects.filter(digest=address_digest(email))
        .order_by("id")
        .values_list("kind", flat=True)
    )


def ends(status: str, **columns: object) -> TransactionalMessage:
    """The latest message comes to such an end."""
    message = TransactionalMessage.objects.order_by("-id")[0]
    TransactionalMessage.objects.filter(pk=message.pk).update(status=status, attempt=1, **columns)
    message.refresh_from_db()
    return message


def hours_pass(hours: float) -> None:
    for message in TransactionalMessage.objects.all():
        gone = timedelta(hours=hours)
        sent_again = message.sent_again_at - gone if message.sent_again_at else None
        TransactionalMessage.objects.filter(pk=message.pk).update(
            created_at=message.created_at - gone, sent_again_at=sent_again
        )
