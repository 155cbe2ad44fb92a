"""Labels on staff pages have the colour of their status, and the style sheet knows each colour."""

from typing import get_args
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from config.env import BASE_DIR
from newsletter.models import ProviderEvent, TransactionalMessage
from newsletter.states import MessageStatus, ProviderEventKind
from newsletter.status_colours import MESSAGE_COLOURS, PROVIDER_EVENT_COLOURS, StatusColour
from tests.labels import labels


@pytest.mark.parametrize("colour", get_args(StatusColour.__value__))
def test_the_style_sheet_knows_each_colour(colour: str) -> None:
    sheet = (BASE_DIR / "static/studio.css").read_text("utf-8")
    assert f".st-badge.st-{colour}, html.dark .st-badge.st-{colour} {{" in sheet


@pytest.mark.parametrize("status", MessageStatus)
def test_a_message_has_the_colour_of_its_status(sams: Client, status: MessageStatus) -> None:
    claim = {"claim_token": uuid4(), "lease_until": timezone.now()}
    TransactionalMessage.objects.create(
        kind="welcome",
        to="ada@example.nz",
        digest="0" * 64,
        status=status,
        **(claim if status == MessageStatus.CLAIMED else {}),
    )
    html = sams.get("/staff/newsletter/transactionalmessage/").content.decode()
    assert labels(html) == [(MESSAGE_COLOURS.get(status, ""), status.label)]


@pytest.mark.parametrize("kind", ProviderEventKind)
def test_a_provider_event_has_the_colour_of_its_kind(sams: Client, kind: ProviderEventKind) -> None:
    ProviderEvent.objects.create(provider="mailgun", kind=kind, fingerprint="a")
    html = sams.get("/staff/newsletter/providerevent/").content.decode()
    assert labels(html) == [(PROVIDER_EVENT_COLOURS.get(kind, ""), kind.label)]
