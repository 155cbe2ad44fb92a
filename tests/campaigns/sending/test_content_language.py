"""The language version that each recipient gets."""

import pytest

from campaigns.models import Campaign, CampaignContent, Delivery, Event
from campaigns.review.approval import approve
from campaigns.sending.content_language import content_language
from campaigns.sending.launch import launch_now
from newsletter.core.languages import lookup_language
from subscribers.models import Subscriber
from tests.conftest import MakeSubscriber


@pytest.fixture(autouse=True)
def in_spanish(event: Event) -> None:
    """Write the event in Spanish, so that emails in Spanish are complete."""
    event.texts = {"es": {"title": "Reunión trimestral"}}
    event.save()


def test_each_reader_gets_their_language_where_there_is_one(
    draft: Campaign, make_subscriber: MakeSubscriber
) -> None:
    english = draft.contents.get()
    CampaignContent.objects.create(
        campaign=draft, language="es", subject="Le invitamos", blocks=english.blocks
    )
    make_subscriber("es@example.com", topic=draft.topic, language="es")
    make_subscriber("hu@example.com", topic=draft.topic, language="hu")
    make_subscriber("mx@example.com", topic=draft.topic, language="ES-mx")
    approve(draft, by="Sam")
    launch_now(draft)

    chosen = {
        row.subscriber.email: row.language
        for row in Delivery.objects.select_related("subscriber")
        if row.subscriber
    }
    assert chosen == {"es@example.com": "es", "hu@example.com": "en", "mx@example.com": "es"}


def test_each_reader_gets_the_nearest_broader_language(
    draft: Campaign, make_subscriber: MakeSubscriber
) -> None:
    """The page that asks before a language is removed tells it by `lookup_language`."""
    blocks = draft.contents.get().blocks
    for language in ("es", "es-419", "en-gb"):
        CampaignContent.objects.create(
            campaign=draft, language=language, subject="!", blocks=blocks
        )
    written = set(draft.contents.values_list("language", flat=True))
    tags = ["en", "en-gb", "en-us", "es", "es-mx", "es-419", "es-419-mx", "est", "fr"]
    for tag in tags:
        make_subscriber(f"{tag}@example.com", topic=draft.topic, language=tag)
    approve(draft, by="Sam")
    launch_now(draft)

    chosen = dict(Delivery.objects.values_list("subscriber__language", "language"))
    assert chosen == {tag: lookup_language(tag, written) or "en" for tag in tags}


def test_a_reader_of_a_region_gets_its_version_or_else_that_of_the_language(
    draft: Campaign, make_subscriber: MakeSubscriber
) -> None:
    readers = ["pt-br", "PT-BR", "pt", "pt-pt", "ptx", "fr", ""]
    for number, language in enumerate(readers):
        make_subscriber(f"{number}@example.com", topic=draft.topic, language=language)

    def versions() -> list[str]:
        rows = Subscriber.objects.annotate(version=content_language(draft)).order_by("id")
        return list(rows.values_list("version", flat=True))

    CampaignContent.objects.create(campaign=draft, language="pt", subject="Convite")
    assert versions() == ["pt", "pt", "pt", "pt", "en", "en", "en"]
    CampaignContent.objects.create(campaign=draft, language="pt-br", subject="Convite")
    assert versions() == ["pt-br", "pt-br", "pt", "pt", "en", "en", "en"]
