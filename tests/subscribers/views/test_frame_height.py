"""The height of a frame without scripts holds the whole form, in each language and width."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from newsletter.models import Brand
from scripts.services import installed_chromium
from subscribers.models import Topic
from subscribers.views.form_choice import FormChoice
from subscribers.views.snippets import make_snippets
from tests.browser.chromium import FLAGS

pytestmark = pytest.mark.browser

SITE = "http://form.test/"
USUAL = "What we discussed at the quarterly meetings of the taskforce, and what comes next."


@pytest.fixture
def topics(brand: Brand) -> list[Topic]:
    """Two topics to choose from, and one that is joined by an application."""
    names = ("Quarterly meetings of the taskforce", "Forums", "Legislators")
    made = [
        Topic.objects.create(slug=f"topic-{n}", name=name, description=USUAL, position=n)
        for n, name in enumerate(names)
    ]
    made[2].is_moderated = True
    made[2].save()
    made[0].texts = {"fr": {"name": "Réunions", "description": USUAL * 3}}
    made[0].save()
    return made


class Site:
    """A site in the browser alone: one document, which a test exchanges, and our static files.

    The answers are set up once: a request of the page before may still be under way while the
    next page is loaded, and must not be answered by two.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.document = ""
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        name = route.request.url.removeprefix(SITE).removeprefix("static/")
        found = finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", name)) if name else None
        if isinstance(found, str):
            route.fulfill(path=found)
        elif name:
            route.fulfill(body="")
        else:
            route.fulfill(body=self.document, content_type="text/html")

    def height_of(self, document: str, *, width: int) -> int:
        self.document = document
        self.page.set_viewport_size({"width": width, "height": 300})
        self.page.goto(SITE)
        self.page.evaluate("document.fonts.ready")
        # A browser whose zone is known says it, which takes a line or two.
        for note in self.page.locator("[data-time-zone-note]").all():
            note.evaluate("note => { note.hidden = false }")
        height = "Math.ceil(document.documentElement.getBoundingClientRect().height)"
        return int(self.page.evaluate(height))


def test_nothing_is_cut_and_nothing_scrolls(client: Client, topics: list[Topic]) -> None:
    chromium = installed_chromium()
    if chromium is None:
        pytest.skip("no Chromium is installed; `make test` installs it")
    forms = {}
    for language in settings.CONTENT_LANGUAGES:
        for choice in (FormChoice(language=language), FormChoice((topics[0].slug,), language)):
            page = client.get(f"/{language}/subscribe/embed/{choice.query}").content.decode()
            forms[language, choice.topics] = page, make_snippets(choice, topics[:2]).height
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        site = Site(browser.new_page())
        for key, (document, height) in forms.items():
            for width in (320, 390, 1280):
                needed = site.height_of(document, width=width)
                assert needed <= height, (key, width)
            assert height <= 1.3 * site.height_of(document, width=320), key
        browser.close()
