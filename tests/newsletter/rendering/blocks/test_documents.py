"""The block of an event’s documents."""

from dataclasses import replace

import pytest

from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email import missing_in, render_email
from newsletter.rendering.event_details import EventDetails
from tests.newsletter.rendering.sample_emails import Page, email, rendered
from tests.samples import EVENT

GOOD = [{"type": "documents"}]

FAULTS = [({"type": "documents", "urls": []}, "urls", "no such field")]


def test_documents_are_links_in_both_parts(brand: Brand) -> None:
    mail = rendered(brand, *GOOD, event=EVENT)
    url = EVENT.documents[0].url
    assert url in Page(mail.html).links()
    assert f"Draft resolution <{url}>" in " ".join(mail.text.split())
    assert "PDF, 1.2 MB, English" in mail.text


def test_a_hostile_link_of_a_document_is_a_fault(brand: Brand) -> None:
    event = replace(EVENT, documents=(replace(EVENT.documents[0], url="javascript:1"),))
    with pytest.raises(BlockError, match="documents"):
        render_email(email(*GOOD, event=event), brand=brand)


def test_a_list_of_documents_needs_an_event(brand: Brand) -> None:
    with pytest.raises(BlockError, match="needs an event") as caught:
        render_email(email({"type": "divider"}, GOOD[0]), brand=brand)
    assert caught.value.path == "blocks[1]"


def test_a_list_of_documents_of_an_event_that_has_none_leaves_no_trace_and_is_missing(
    brand: Brand,
) -> None:
    event = EventDetails(title="Forum")
    assert rendered(brand, GOOD[0], event=event) == rendered(brand, event=event)
    [(index, why)] = missing_in(email({"type": "divider"}, GOOD[0], event=event), brand=brand)
    assert (index, "The event has no" in why) == (1, True)
    assert missing_in(email(GOOD[0], event=EVENT), brand=brand) == []
