"""The authors of a campaign: whoever has written in it, or in the event it is about.

Words that were copied from another campaign or a template bring their authors along.
"""

from collections.abc import Iterable

from campaigns.models import Campaign, Event
from newsletter.audit.actor import ActorKind, current_actor


def note_author(written: Campaign | Event) -> None:
    """Remember whoever is acting as an author. The caller holds the row."""
    key = current_actor().key
    if key and key not in written.authors:
        written.authors = [*written.authors, key]
        type(written)._default_manager.filter(pk=written.pk).update(authors=written.authors)


def carry_authors(keys: Iterable[str], copy: Campaign) -> None:
    """Let whoever wrote words that a new campaign begins with be its authors, too.

    Otherwise they could approve their own words as soon as a colleague copies them.
    """
    copy.authors = [*copy.authors, *(key for key in keys if key not in copy.authors)]
    Campaign.objects.filter(pk=copy.pk).update(authors=copy.authors)


def is_author(campaign: Campaign) -> bool:
    """Return whether whoever is acting has written in the campaign, or in the event it is about."""
    key = current_actor().key
    return bool(key) and key in _authors(campaign)


def author_accounts(written: Campaign | Event) -> list[int]:
    """Return the ids of the staff accounts that are its authors."""
    kind = f"{ActorKind.ACCOUNT}:"
    return [int(key.removeprefix(kind)) for key in _authors(written) if key.startswith(kind)]


def _authors(written: Campaign | Event) -> list[str]:
    """Return the authors of a campaign, and of its event, whose words and links it shows."""
    event = written.event if isinstance(written, Campaign) else None
    return [*written.authors, *(event.authors if event else ())]
