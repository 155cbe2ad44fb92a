"""Staff who may not open a page are told so on a staff page."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from tests.campaigns.studio.page_helpers import page


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_permission_get_a_staff_page(
    noors: Client, draft: Campaign, method: str
) -> None:
    lists = [
        reverse(f"admin:{name}_changelist")
        for name in ("campaigns_campaign", "subscribers_subscriber", "auth_user")
    ]
    for address in [
        *lists,
        page("review", draft),
        page("launch", draft),
        reverse("admin:campaigns_event_add"),
    ]:
        answer = getattr(noors, method)(address)
        shown = answer.content.decode()
        if answer.status_code == 405:
            continue
        assert answer.status_code == 403
        assert "don’t have access" in shown
        assert "noor" in shown
        assert 'href="/staff/"' in shown
        assert "open for a long time" not in shown
        assert "site-header" not in shown  # the public pages' frame
        assert "script-src 'self' 'unsafe-eval'" in answer["Content-Security-Policy"]


def test_it_does_not_reveal_what_exists(noors: Client, draft: Campaign) -> None:
    known, unknown = (
        noors.get(f"/staff/campaigns/campaign/{number}/review/")
        for number in (draft.pk, draft.pk + 999)
    )
    assert (known.status_code, unknown.status_code) == (403, 403)
    assert draft.name not in known.content.decode()


def test_an_expired_form_gets_its_own_message(noors: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    shown = strict.post("/staff/login/", {"username": "noor", "password": "x"}).content.decode()
    assert "reload the page" in shown
