import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from pytest_django.fixtures import Settings

from campaigns.content.archived_email import archived_email
from campaigns.content.assemble import render_content, sample_values
from campaigns.models import Campaign, CampaignContent, Event
from newsletter.models import Brand
from newsletter.rendering.rendered import Rendered, fill_preview
from subscribers.models import Topic

with Path(settings.BASE_DIR, "locale/es/LC_MESSAGES/django.po").open("rb") as file:
    ENGLISH = [str(message.id) for message in read_po(file) if message.id]


@pytest.fixture
def spanish(draft: Campaign, brand: Brand) -> CampaignContent:
    """A Spanish content with an event card that says all that a card can."""
    Event.objects.update(title="Reunión trimestral", summary="Hora y media", venue="")
    Topic.objects.update(name="Reuniones trimestrales")
    draft.refresh_from_db()
    return CampaignContent.objects.create(
        campaign=draft,
        language="es",
        subject="Le invitamos, {given_name|colega}",
        preheader="Noventa minutos",
        blocks=[{"type": "heading", "text": "Nuestra próxima reunión"}, {"type": "event_card"}],
    )


def english_in(rendered: Rendered) -> list[str]:
    """Return the fixed words of the product that stand there in English."""
    # “name” is a word of ours, and an attribute of HTML.
    seen = re.sub(r"\s+", " ", rendered.text) + rendered.html.replace("<meta name=", "<meta ")
    patterns = (re.sub(r"%\\\(\w+\\\)s", ".+?", re.escape(text)) for text in ENGLISH)
    return [pattern for pattern in patterns if re.search(rf"(?<!\w){pattern}(?!\w)", seen)]


def test_a_spanish_campaign_has_no_english_in_it(spanish: CampaignContent) -> None:
    rendered = fill_preview(render_content(spanish), sample_values(spanish))

    assert english_in(rendered) == []
    for words in (
        "Reunión virtual",
        "Unirse a la reunión",
        "Darse de baja",
        "Recibe este correo porque",
        "En línea",
    ):
        assert words in rendered.html
        assert words in re.sub(r"\s+", " ", rendered.text)


def test_an_english_campaign_of_a_spanish_installation_has_no_spanish_in_it(
    draft: Campaign, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["es", "en"]
    content = draft.contents.get()
    rendered = fill_preview(render_content(content), sample_values(content))

    assert "Unsubscribe" in english_in(rendered)
    assert "Virtual meeting" in rendered.html
    assert "Darse de baja" not in rendered.html


def test_an_archived_spanish_email_has_no_english_in_it(spanish: CampaignContent) -> None:
    rendered = archived_email(spanish.campaign, language="es")

    assert rendered is not None
    assert english_in(rendered) == []
    assert "Este correo se envió" in rendered.html
