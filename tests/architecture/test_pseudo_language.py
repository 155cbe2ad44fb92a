"""Every public page and every email to a subscriber says nothing that nobody marked."""

import re
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

from campaigns.demo.load import load_demo
from newsletter.models import Brand
from newsletter.rendering.notices import NOTICES, render_notice
from scripts.messages import ENGLISH_ALONE
from scripts.pictures.people import pages_of
from scripts.pictures.states import STATES
from subscribers.countries import country_choices
from tests.architecture.pseudo_language import (
    TAG,
    said_by_scripts,
    untranslated,
    write_pseudo_catalogue,
)
from tests.architecture.sources import files, text_of
from tests.architecture.test_pages import is_page
from tests.as_read import as_read
from tests.samples import NOTICES as SAMPLES

TO_SUBSCRIBERS = sorted(name for name in NOTICES if not name.startswith("staff_"))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write it once: to read all templates and modules for it takes a second."""
    folder = tmp_path_factory.mktemp("locale")
    write_pseudo_catalogue(folder)
    return folder


@pytest.fixture(autouse=True)
def pseudo_language(settings: Settings, catalogue: Path) -> Iterator[None]:
    settings.LOCALE_PATHS = [catalogue]
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


WORDS_OF_SCRIPTS = ["Shift", "pressed", "Checking"]


def said(answer: HttpResponseBase) -> str:
    return answer.content.decode() if not answer.streaming else ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>⟦Yes⟧ No <b>⟦You <i>⟦all⟧</i>⟧</b></p>", ["No"]),
        ('<a aria-label="Home" href="x">⟦Start⟧</a>', ["Home"]),
        ('<img alt="Delegates"><input placeholder="Search">', ["Delegates", "Search"]),
        ("<head><title>Events · ⟦Name⟧</title></head>", ["Events"]),
        ('<meta name="description" content="Meetings">', ["Meetings"]),
        ('<meta property="og:description" content="Meetings">', ["Meetings"]),
        ('<p data-working="Checking." data-exit-once="Shift pressed."></p>', WORDS_OF_SCRIPTS),
        ('<select><option value="">Choose</option><option value="FR">France</option>', ["Choose"]),
        ("<p>⟦Sent on⟧ 5 March 2027</p>", ["March"]),
        ("<p>Confirmed. confirmed</p>", ["Confirmed", "confirmed"]),
    ],
)
def test_what_is_not_marked_is_found(markup: str, found: list[str]) -> None:
    assert untranslated(markup, data=["confirmed", "form"]) == found


def test_what_somebody_wrote_is_no_text_of_ours() -> None:
    assert untranslated("<p>Ada King</p>", data=["Ada King"]) == []


def test_all_that_scripts_say_is_looked_at() -> None:
    marked = re.compile(r'(data-[a-z-]+)="{% (?:block)?translate')
    templates = [path for path in files(".html") if not ENGLISH_ALONE.match(path.as_posix())]
    found = {name for path in templates for name in marked.findall(text_of(path))}
    assert found == said_by_scripts()
    in_scripts = re.compile(r"""(?:textContent|innerText|title)\s*=\s*["'`][^"'`]*[A-Za-z]{2}""")
    scripts = [path for path in files(".js") if path.parts[0] == "static" and len(path.parts) == 2]
    assert {path.name for path in scripts} >= {"exit.js", "proof.js", "own-time.js", "embed.js"}
    assert [path.name for path in scripts if in_scripts.search(text_of(path))] == []


@pytest.mark.django_db
def test_a_public_page_says_nothing_that_was_not_marked(
    visitor: Client, settings: Settings
) -> None:
    load_demo()
    paths = pages_of(TAG)
    settings.INBOX_ENABLED = True  # so that all rows of the privacy page are shown
    settings.WEBHOOK_SECRET = "x" * 32
    # Names of countries are a library's, and of events' speakers they stand outside of a menu.
    stored = everything_stored() | {str(name) for _, name in country_choices()}
    found = {}
    public = [paths.get(state.page, state.page) for state in STATES]
    public = [path for path in public if not path.startswith("/pictures/")]
    # All are read before anything is sent, because what is sent ends what others show.
    for method in ("get", "post"):
        for path in dict.fromkeys(public):
            answer = getattr(visitor, method)(path, {"action": "save"})
            if is_page(answer) and (words := untranslated(said(answer), data=stored)):
                found[f"{method} {path}: {answer.status_code}"] = words
    assert found == {}
    assert len(public) > 60


WRONG = (
    "",
    "x",
    "x@",
    "@example.org",
    "a b@example.org",
    "a..b@example.org",
    "a@example",
    "a@exa mple.org",
    "a@-example.org",
    "Ada <ada@example.org>",
    f"{'x' * 70}@example.org",
    f"x@{'y' * 300}.org",
    "a\0@example.org",
    "\ufffd",
    "x" * 5_000,
    "https://example.org",
    "2020-01-01",
)
"""What people, and machines, type into fields of all kinds."""


FORMS = (
    "/subscribe/",
    "/subscribe/embed/",
    "/join/",
    "/preferences/",
    "/preferences/which/",
    "own preferences",
    "change of address",
    "answer",
)


@pytest.mark.django_db
def test_a_mistake_is_told_in_no_words_that_were_not_marked(visitor: Client) -> None:
    load_demo()
    paths, stored = pages_of(TAG), everything_stored()
    found = {}
    for page in FORMS:
        path = paths.get(page, page)
        form = said(visitor.get(path))
        names = set(re.findall(r'<(?:input|select|textarea)[^>]*? name="([^"]+)"', form))
        names -= {"altcha", "stamp", "website", "chosen", "followed"}
        assert names
        for typed in WRONG:
            fields = dict.fromkeys(names, typed) | {"chosen": "1", "action": "save"}
            answer = visitor.post(path, fields)
            data = stored | {typed, typed.strip(), typed[:50]}
            if is_page(answer) and (words := untranslated(said(answer), data=data)):
                found[f"{page}: {typed[:20]!r}"] = words
    assert found == {}


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
        assert untranslated(as_read(part), data=data) == []
