"""Each page knows its brand, and where “Exit this page” leads."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django.fixtures import Settings

from config.env import BASE_DIR, SETTINGS
from newsletter.models import Brand


def test_a_page_leads_to_the_neutral_website_that_was_set(
    client: Client, brand: Brand, settings: Settings
) -> None:
    settings.EXIT_URL = "https://weather.example/today?a=1&b=2"
    page = client.get("/").content.decode()
    [link] = re.findall(r'<a class="exit-button"[^>]*>', page)
    assert 'href="https://weather.example/today?a=1&amp;b=2"' in link
    assert 'rel="nofollow noreferrer"' in link


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_a_page_without_context_leads_to_the_default(template: str) -> None:
    assert f'href="{SETTINGS["EXIT_URL"].default}"' in render_to_string(template)


def test_what_the_script_says_and_looks_for_stands_in_the_template() -> None:
    script = (BASE_DIR / "static" / "exit.js").read_text(encoding="utf-8")
    template = (BASE_DIR / "templates" / "_exit.html").read_text(encoding="utf-8")
    named = set(re.findall(r"\[(data-exit[a-z-]*)\]", script))
    said = {re.sub(r"[A-Z]", lambda m: f"-{m[0].lower()}", word)
            for word in re.findall(r"words\.(exit\w+)", script)}  # fmt: skip
    assert named | {f"data-{word}" for word in said} <= set(
        re.findall(r"data-exit[a-z-]*", template)
    )
    assert len(said) == 4
