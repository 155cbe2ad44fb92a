"""A NUL character, which PostgreSQL keeps in no text, ends no staff page in an error."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from tests.campaigns.studio.page_helpers import page


@pytest.mark.parametrize("name", ["email", "content", "remove_language"])
def test_an_address_with_it_leads_nowhere(wrens: Client, draft: Campaign, name: str) -> None:
    assert wrens.get(page(name, draft, "\x00")).status_code == 404


@pytest.mark.parametrize(
    ("listed", "field"),
    [
        ("subscribers_subscriber", "country"),
        ("subscribers_subscriber", "topic"),
        ("subscribers_subscriber", "status"),
        ("subscribers_suppression", "reason__exact"),
        ("campaigns_campaign", "status__exact"),
    ],
)
def test_a_list_is_shown_as_if_it_were_not_there(sams: Client, listed: str, field: str) -> None:
    answer = sams.get(reverse(f"admin:{listed}_changelist"), {field: "\x00"}, follow=True)
    assert answer.status_code == 200
    assert "\x00" not in answer.wsgi_request.GET.get(field, "")


def test_a_form_is_read_without_it(lees: Client, approved: Campaign) -> None:
    fields = {"to": "lee@example.org", "language": "e\x00n"}
    answer = lees.post(page("proof", approved), fields)
    assert answer.status_code == 302
    assert answer.wsgi_request.POST["language"] == "en"
