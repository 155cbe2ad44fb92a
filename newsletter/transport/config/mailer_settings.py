"""A mailer, as its URL describes it."""

from dataclasses import dataclass, field
from datetime import date

ALERT_ALIAS = "alert"
"""The alias of the mailer of ALERT_MAILER_URL, which sends nothing to subscribers."""


@dataclass(frozen=True, slots=True)
class MailerSettings:
    """A mailer as Django's MAILERS wants it, and what Convene itself needs to know of it.

    Args:
        provider: the key of the provider (newsletter.transport.providers.registry).
        backend: the dotted path of Django's email backend.
        options: OPTIONS of the backend; secrets are among them.
        name: the name that staff see and rows keep.
        rate: the most messages a second that may leave, over all workers; None for no limit.
        connections: the most that one worker process keeps open.
        batch: the most recipients of one call, where the provider takes several; 1 is one call a
            recipient.
        domain_rate: the most messages a second to one recipient domain; None for no limit.
        warm_up: the first day (UTC) of a plan that begins with few messages a day; None for no such
            plan.
    """

    provider: str
    backend: str
    options: dict[str, object] = field(default_factory=dict, repr=False)
    name: str = ""
    rate: float | None = None
    connections: int = 8
    batch: int = 1
    domain_rate: float | None = None
    warm_up: date | None = None
