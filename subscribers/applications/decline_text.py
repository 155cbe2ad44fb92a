"""The words that staff begin with when they decline an application."""

from django.utils.translation import gettext as _

from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of
from subscribers.models import Application


def suggested_decline(application: Application) -> str:
    """Return a courteous text in the language of the application, for staff to change."""
    with in_words_of(application.language):
        return _(
            "Dear %(name)s,\n\nThank you for your application to join “%(topic)s”, and for your "
            "interest in our work.\n\nWe have read it carefully. We are sorry that we can’t accept "
            "it at present. If your situation changes, you are welcome to apply again.\n\n"
            "With kind regards,\n%(brand)s"
        ) % {
            "name": application.full_name,
            "topic": application.subscription.topic.local_name,
            "brand": current_brand().name,
        }
