"""Forms tell of a mistake in plain words: their own, Django's where those are plain, or ours."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.contrib import admin
from django.contrib.auth.models import User
from django.forms import BaseForm, Field
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import translation
from django.utils.functional import Promise

from campaigns.models import Campaign, Event
from config.env import BASE_DIR
from scripts.messages import everything_said

OURS = BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
DJANGOS = [
    Path(django.__file__).parent / folder / "locale/en" for folder in ("conf", "contrib/auth")
]
APPS = ("campaigns", "subscribers", "staff", "newsletter")
PLAIN = {"Enter a whole number.", "Enter a number."}
"""Messages of Django's that stay as they are."""


def fields(request: HttpRequest) -> Iterator[tuple[str, Field]]:
    """Yield the fields of all forms: our own, and those that the staff's lists make."""
    assert get_resolver().url_patterns, "and so all views are imported"
    forms = [form for form in _below(BaseForm) if form.__module__.partition(".")[0] in APPS]
    for model, model_admin in admin.site._registry.items():
        if model in (Campaign, Event):
            continue  # the studio's forms take the place of their own
        if model_admin.has_add_permission(request):
            forms.append(model_admin.get_form(request))
        if model_admin.has_change_permission(request):
            forms.append(model_admin.get_form(request, model(), change=True))
    for form in forms:
        for name, field in form.base_fields.items():  # type: ignore[attr-defined] # of each form that is declared
            yield f"{form.__module__}.{form.__qualname__}.{name}", field


def _below(form: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for each in form.__subclasses__():
        yield each
        yield from _below(each)


def messages(field: Field) -> Iterator[object]:
    yield from field.error_messages.values()
    yield from (each.message for each in field.validators if hasattr(each, "message"))


def filled(message: object) -> str:
    """Return a message with its blanks filled in, and the right one of singular and plural."""
    return str(message % defaultdict(lambda: 2))  # type: ignore[operator] # text, or as good as text


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.django_db
def test_no_form_tells_of_a_mistake_in_words_of_django_s_that_are_not_plain(
    rf: RequestFactory, sam: User
) -> None:
    request = rf.get("/staff/")
    request.user = sam
    unsaid = set()
    our_own = {filled(said.singular) for said in everything_said()}
    for where, field in fields(request):
        for message in messages(field):
            with translation.override(None):
                original = filled(message)
            is_django_s = isinstance(message, Promise) and filled(message) == original
            if is_django_s and original not in PLAIN | our_own:
                unsaid.add(f"{where}: {original}")
    assert not unsaid, "\n".join(sorted(unsaid))


def test_django_still_says_what_we_say_anew() -> None:
    said = {message.id for folder in DJANGOS for message in read(folder / "LC_MESSAGES/django.po")}
    assert [message.id for message in read(OURS) if message.id not in said] == []
