"""Filters of staff lists, as menus in the search form."""

import re

import pytest
from django.test import Client

from newsletter.models import TransactionalMessage

OUTBOX = "/staff/newsletter/transactionalmessage/"


@pytest.fixture
def messages(db: None) -> list[TransactionalMessage]:
    return [
        TransactionalMessage.objects.create(
            kind=kind, to="ada@example.nz", digest="0" * 64, status=status
        )
        for kind, status in [("confirmation", "queued"), ("welcome", "failed")]
    ]


def found(client: Client, **query: str) -> list[str]:
    return sorted(row.kind for row in client.get(OUTBOX, query).context["cl"].result_list)


def test_a_menu_has_a_label_all_choices_and_the_chosen_one(
    sams: Client, messages: list[TransactionalMessage]
) -> None:
    html = sams.get(OUTBOX, {"status__exact": "failed"}).content.decode()
    menu = re.search(r'<select[^>]*name="status__exact">.*?</select>', html, re.DOTALL)
    assert menu is not None
    assert "Status: all" in menu[0]
    assert '<option value="failed" selected>' in menu[0]
    assert menu[0].count("selected") == 1
    assert 'value="queued"' in menu[0]


def test_a_chosen_option_filters_the_list(
    sams: Client, messages: list[TransactionalMessage]
) -> None:
    assert found(sams, status__exact="failed") == ["welcome"]
    assert found(sams, kind="confirmation") == ["confirmation"]


def test_a_menu_on_which_nothing_is_chosen_filters_nothing(
    sams: Client, messages: list[TransactionalMessage]
) -> None:
    assert found(sams, q="", status__exact="", kind="") == ["confirmation", "welcome"]
