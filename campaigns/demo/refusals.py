"""Why `bootstrap --demo` adds nothing: there are data already, or a mailer that really sends."""

from django.conf import settings

from campaigns.demo.brand import is_neutral
from campaigns.models import Campaign, Event
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Suppression, Topic


class NotForRealMail(Exception):
    """The mailer of campaigns really sends, so demo data are refused."""


def is_empty() -> bool:
    """Return whether nobody has put anything into this installation yet.

    Once the demo has been loaded this is never true again, because consent records stay.
    """
    kept = (Topic, Subscriber, Event, Campaign, ConsentRecord, Suppression, ImportBatch)
    return is_neutral() and not any(model._default_manager.exists() for model in kept)


def refuse_real_mail() -> None:
    """Refuse demo data where campaigns would really be sent.

    Raises:
        NotForRealMail: BULK_MAILER_URL is not inbox://.
    """
    if settings.MAILER_SETTINGS["bulk"].provider != "inbox":
        raise NotForRealMail(
            "BULK_MAILER_URL is set to a mailer that really sends. Demo data are for inbox:// "
            "alone."
        )
