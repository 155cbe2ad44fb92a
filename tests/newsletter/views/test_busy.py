"""The page for whoever can't be answered at the moment."""

from django.test import Client
from django.utils import translation

from campaigns.views.archive import SEARCHES
from newsletter.models import Brand
from newsletter.public_pages.asked_pages import A_MINUTE
from newsletter.views.busy import busy_page

HERE = "203.0.113.7"


def test_it_says_when_to_come_back_in_the_language_of_the_page(brand: Brand) -> None:
    page = busy_page()
    assert page.status_code == 503
    assert int(page["Retry-After"]) > 0
    assert "try again in a minute" in page.content.decode()
    with translation.override("ar"):
        assert 'dir="rtl"' in busy_page().content.decode()


def test_searching_without_end_leads_to_it_and_repeats_nothing_of_the_query(
    client: Client, brand: Brand
) -> None:
    SEARCHES.pages.clear()
    for number in range(A_MINUTE):
        client.get(f"/archive/?q=word{number}", REMOTE_ADDR=HERE)
    page = client.get("/archive/?q=wolperting", REMOTE_ADDR=HERE)
    assert page.status_code == 503
    assert "wolperting" not in page.content.decode()
    assert client.get("/archive/?q=word1", REMOTE_ADDR=HERE).status_code == 200
    assert client.get("/archive/", REMOTE_ADDR=HERE).status_code == 200
