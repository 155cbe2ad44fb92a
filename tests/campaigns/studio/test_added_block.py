"""A type of block is one folder: this one lives in tests/, and the product takes it as its own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from campaigns.content.assemble import render_content
from campaigns.models import Campaign, CampaignContent
from campaigns.review.preflight import preflight
from newsletter.rendering.blocks.clean import clean_blocks
from newsletter.rendering.blocks.ids import with_ids
from newsletter.rendering.blocks.registry import BLOCK_TYPES, register, unregister
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.rendered import fill_preview
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import form, page
from tests.campaigns.studio.profile.block import PROFILE
from tests.samples import VALUES

ADA: dict[str, Any] = {
    "type": "profile",
    "name": "Ada Lovelace",
    "portrait": "https://example.org/ada.png",
    "words": "The engine weaves\nalgebraic patterns",
    "about": "<p>Known to <strong>{given_name|you}</strong>.</p>",
    "page": "https://example.org/ada?a=1&b=2",
}


@pytest.fixture(autouse=True)
def profile_block() -> Iterator[None]:
    register(PROFILE)
    yield
    unregister(PROFILE)
    assert "profile" not in BLOCK_TYPES


def test_it_is_cleaned_field_by_field() -> None:
    given = {**ADA, "name": "  Ada   Lovelace ", "about": "<p onclick=x>Known.</p>"}
    assert clean_blocks([given]) == [{**ADA, "about": "<p>Known.</p>"}]
    with pytest.raises(BlockError) as caught:
        clean_blocks([{**ADA, "page": "javascript:alert(1)"}])
    assert caught.value.path == "blocks[0].page"


def test_it_is_rendered_in_both_parts(draft: Campaign) -> None:
    content = draft.contents.get()
    content.blocks = clean_blocks([ADA])
    mail = fill_preview(render_content(content), VALUES)

    assert 'src="https://example.org/ada.png"' in mail.html
    assert "The engine weaves<br>algebraic patterns" in mail.html
    assert "<strong>Ada</strong>" in mail.html
    assert "> The engine weaves\n> algebraic patterns\n" in mail.text
    assert "Known to Ada." in mail.text
    assert "More about Ada Lovelace:\nhttps://example.org/ada?a=1&b=2" in mail.text


def test_the_editor_offers_it_and_shows_its_inputs(wrens: Client, draft: Campaign) -> None:
    url = page("content", draft, "en")
    assert 'value="add:profile"' in wrens.get(url).content.decode()

    html = wrens.post(url, form(act="add:profile")).content.decode()
    (own_id,) = re.findall('name="blocks" value="([0-9a-f]{8})"', html)
    for field in PROFILE.fields:
        assert f'name="{own_id}-{field.name}"' in html
        assert f">{field.label}</label>" in html
    assert f'<p class="st-help" id="{own_id}-page-hint">Starts with https://</p>' in html


def test_the_editors_form_saves_it(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(page("content", draft, "en"), form(ADA, act="save"))

    assert answer.status_code == 302
    assert CampaignContent.objects.get(campaign=draft).blocks == with_ids([ADA])
    assert "Ada Lovelace" in wrens.get(page("content", draft, "en")).content.decode()


def test_a_fault_in_it_is_shown_at_its_field(wrens: Client, draft: Campaign) -> None:
    fields = form({**ADA, "portrait": "x"}, act="save")
    answer = wrens.post(page("content", draft, "en"), fields, follow=True)

    assert 'id="b0-portrait-error"' in answer.content.decode()


def test_preflight_finds_nothing_wrong_with_it(draft: Campaign, ada: Subscriber) -> None:
    CampaignContent.objects.filter(campaign=draft).update(blocks=[ADA])
    assert preflight(draft) == []
