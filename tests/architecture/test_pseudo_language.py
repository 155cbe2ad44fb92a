"""Every public page and every email to a subscriber says nothing that nobody marked."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils.translation import trans_real
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from newsletter.rendering.notices import NOTICES, render_notice
from tests.architecture.conftest import Installation
from tests.architecture.pseudo_language import TAG, untranslated, write_pseudo_catalogue
from tests.architecture.test_pages import is_page
from tests.samples import NOTICES as SAMPLES

TO_SUBSCRIBERS = sorted(name for name in NOTICES if not name.startswith("staff_"))
NOT_FOR_VISITORS = ("inbox",)
"""First parts of public paths whose pages are for operators."""


@pytest.fixture(autouse=True)
def pseudo_language(settings: Settings, tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "locale"
    write_pseudo_catalogue(folder)
    settings.LOCALE_PATHS = [folder]
    settings.CONTENT_LANGUAGES = [TAG]
    trans_real._translations.pop(TAG, None)  # type: ignore[attr-defined] # Django's own cache
    yield
    trans_real._translations.pop(TAG, None)  # type: ignore[attr-defined]


def texts_of(value: object) -> Iterator[str]:
    """Yield the texts in a column: blocks, and a topic's texts, are nested."""
    if isinstance(value, str):
        yield value
        yield from (line.strip() for line in value.splitlines())
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in texts_of(each))
    elif isinstance(value, list | tuple):
        yield from (text for each in value for text in texts_of(each))


def everything_stored() -> set[str]:
    """Return all texts in the database: what staff and subscribers wrote."""
    return {
        text
        for label in ("campaigns", "subscribers", "newsletter")
        for model in apps.get_app_config(label).get_models()
        for row in model._default_manager.values_list()
        for value in row
        if not isinstance(value, UUID | date | datetime | bytes)
        for text in texts_of(value)
    }


def said(answer: HttpResponseBase) -> str:
    return answer.content.decode() if not answer.streaming else ""  # type: ignore[attr-defined]


def test_the_language_is_known_and_what_is_not_marked_is_found() -> None:
    assert untranslated("<p>⟦Yes⟧ No <b>⟦You <i>⟦all⟧</i>⟧</b></p>") == ["No"]
    assert untranslated('<a aria-label="Home" href="x">⟦Start⟧</a>') == ["Home"]
    assert untranslated("<p>Ada King</p>", data=["Ada King"]) == []


def test_a_public_page_says_nothing_that_was_not_marked(
    visitor: Client, installation: Installation, brand: Brand, settings: Settings
) -> None:
    settings.INBOX_ENABLED = True  # so that all rows of the privacy page are shown
    settings.WEBHOOK_SECRET = "x" * 32
    stored = everything_stored()
    found = {}
    looked_at = 0
    public = [
        address
        for address in installation.addresses
        if not address.is_staff and address.path.split("/")[1] not in NOT_FOR_VISITORS
    ]
    # All are read before anything is sent, because what is sent ends what others show.
    for method in ("get", "post"):
        for address in public:
            answer = getattr(visitor, method)(address.path, {"action": "save"})
            if not is_page(answer):
                continue
            looked_at += 1
            if words := untranslated(said(answer), data=stored):
                found[f"{method} {address}: {answer.status_code}"] = words
    assert found == {}
    assert looked_at > 20


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/confirm/x/", "/u/x", "/never/x/", "/preferences/x/"]
)
def test_an_error_says_nothing_that_was_not_marked(
    visitor: Client, brand: Brand, path: str
) -> None:
    answer = visitor.get(path)
    assert untranslated(said(answer), data=everything_stored()) == []


@pytest.mark.parametrize("name", TO_SUBSCRIBERS)
def test_an_email_says_nothing_that_was_not_marked(name: str, brand: Brand) -> None:
    sample = SAMPLES[name]
    mail = render_notice(name, {**sample, "language": TAG}, brand=brand)
    data = everything_stored() | set(texts_of(sample))
    for part in (mail.subject, mail.text, mail.html):
        assert untranslated(part, data=data) == []
