"""Messages for the outbox."""

from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered


def queue(to: str = "ada@example.nz", subject: str = "Please confirm") -> TransactionalMessage:
    """Queue a confirmation."""
    rendered = Rendered(subject=subject, html="<p>Please confirm.</p>", text="Please confirm.\n")
    return queue_message("confirmation", to=to, rendered=rendered)
