"""Images that are used in need-to-know topics alone: nobody else is offered or shown them."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from campaigns.content.image_uses import keys_named
from campaigns.events.pictures import portrait_keys
from campaigns.models import CampaignContent, CampaignTemplate, CampaignVersion, Event
from newsletter.media_library.where_used import uses_of
from newsletter.models import MediaImage
from subscribers.need_to_know.hidden import Account, hidden_topics

_CACHE = "_hidden_images"


def visible_images(account: Account) -> QuerySet[MediaImage]:
    """Select the images of the library that an account may know of.

    One that nothing uses yet belongs to no topic, so all staff who work with images see it.
    """
    return MediaImage.objects.exclude(key__in=hidden_images(account))


def hidden_images(account: Account) -> frozenset[str]:
    """Return the keys of the images that an account may not know of. It is read once a request."""
    kept: frozenset[str] | None = getattr(account, _CACHE, None)
    if kept is None:
        kept = _hidden(hidden_topics(account))
        setattr(account, _CACHE, kept)
    return kept


def _hidden(topics: frozenset[int]) -> frozenset[str]:
    keys = frozenset(_used_in(topics)) if topics else frozenset()
    if not keys:
        return keys
    uses = uses_of(keys, leaving_out=topics)
    return keys - {use.key for use in uses if not use.hidden_by or use.hidden_by - topics}


def _used_in(topics: frozenset[int]) -> Iterator[str]:
    """Yield the keys of images that these topics use."""
    for rows, column in (
        (CampaignContent.objects.filter(campaign__topic__in=topics), "blocks"),
        (CampaignVersion.objects.filter(campaign__topic__in=topics), "contents"),
        (CampaignTemplate.objects.filter(topic__in=topics), "contents"),
    ):
        yield from keys_named(rows, column)
    of_topics = Q(topic__in=topics) | Q(campaigns__topic__in=topics)
    for event in Event.objects.filter(of_topics).select_related("picture").distinct():
        yield from portrait_keys(event)
        if event.picture is not None:
            yield event.picture.key
