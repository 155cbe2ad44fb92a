"""Names of templates: no two of one need-to-know topic, and no two of all others, read alike.

The database holds it, by a key of the name. Templates of a need-to-know topic have keys of their
own, so that a refused name tells nobody of one that they may not know of.
"""

import unicodedata
from collections.abc import Callable

from django.db import IntegrityError, transaction

from campaigns.content.check_content import MAXIMUM_NAME, ContentError
from campaigns.models import CampaignTemplate
from newsletter.core.db.lock import lock_until_commit

LONGEST_KEY = 640
"""Characters. NFKC makes up to 18 of one, as of ﷺ."""


def key_of(template: CampaignTemplate) -> str:
    """Return the key of a template's name, by which two that read alike are one."""
    words = unicodedata.normalize("NFKC", template.name).casefold().split()
    among = template.topic_id if template.topic.is_restricted else 0
    return f"{among}:{' '.join(words)}"[:LONGEST_KEY]


def keep_named(template: CampaignTemplate, keep: Callable[[], None]) -> None:
    """Keep a template under its name, in the transaction of whoever asks.

    Args:
        keep: saves it.

    Raises:
        ContentError: another template has the name.
    """
    # Whoever renews keys at the same time would find one taken in the middle of it.
    lock_until_commit("template names")
    _renew_keys()
    template.name_key = key_of(template)
    try:
        with transaction.atomic():
            keep()
    except IntegrityError as error:
        raise ContentError(
            "name", f"is taken: there is a template “{template.name}” already. Choose another name"
        ) from error


def _renew_keys() -> None:
    """Give a key to templates without one, and to those whose topic became need-to-know, or open.

    The release before has neither keys nor this rule, and both run during an upgrade. Names that
    meet now are numbered.
    """
    for template in CampaignTemplate.objects.select_related("topic").order_by("pk"):
        if template.name_key != key_of(template):
            _number(template)
            template.save(update_fields=["name", "name_key"])


def _number(template: CampaignTemplate) -> None:
    others = CampaignTemplate.objects.exclude(pk=template.pk)
    taken = set(others.exclude(name_key=None).values_list("name_key", flat=True))
    name, number = template.name, 1
    while (key := key_of(template)) in taken:
        number += 1
        ending = f" ({number})"
        template.name = f"{name[: MAXIMUM_NAME - len(ending)]}{ending}"
    template.name_key = key
