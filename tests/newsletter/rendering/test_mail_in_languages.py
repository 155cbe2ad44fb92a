"""Mail in each language: plurals, and in Arabic the layout from the right, with isolates."""

import re
import unicodedata
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from newsletter.rendering.notices import NOTICES, render_notice
from tests.samples import NOTICES as SAMPLES

TO_SUBSCRIBERS = sorted(name for name in NOTICES if not name.startswith("staff_"))


@pytest.mark.parametrize("name", TO_SUBSCRIBERS)
def test_the_whole_email_runs_from_right_to_left(name: str, brand: Brand) -> None:
    html = render_notice(name, {**SAMPLES[name], "language": "ar"}, brand=brand).html
    assert re.search(r'<html[^>]*lang="ar"[^>]*dir="rtl"', html)
    # Gmail drops <html>, so an element of the body says it, too.
    body = html.partition("<body")[2]
    assert 'dir="rtl"' in body
    assert "text-align:left" not in body.replace(" ", "")
    assert "text-align:right" in body.replace(" ", "")
    assert "letter-spacing" not in body
    assert "direction:ltr" not in body.replace(" ", "")


@pytest.mark.parametrize("name", TO_SUBSCRIBERS)
def test_isolates_are_closed_where_they_were_opened(name: str, brand: Brand) -> None:
    mail = render_notice(name, {**SAMPLES[name], "language": "ar"}, brand=brand)
    for part in (mail.subject, *mail.text.splitlines()):
        depth = 0
        for sign in part:
            kind = unicodedata.bidirectional(sign)
            depth += {"FSI": 1, "LRI": 1, "RLI": 1, "PDI": -1}.get(kind, 0)
            assert depth >= 0
        assert depth == 0 or part not in mail.subject
    assert "\u2068ITHT\u2069" in mail.subject


def test_no_link_holds_an_isolate(brand: Brand) -> None:
    for name in TO_SUBSCRIBERS:
        html = render_notice(name, {**SAMPLES[name], "language": "ar"}, brand=brand).html
        assert not [url for url in re.findall(r'href="([^"]*)"', html) if not url.isascii()]


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "يوم واحد"), (2, "يومين"), (7, "7 أيام"), (30, "30 يومًا"), (100, "100 يوم")],
)
def test_a_number_of_days_has_the_form_that_arabic_asks_for(
    days: int, words: str, brand: Brand, settings: Settings
) -> None:
    settings.KEEP_UNCONFIRMED = timedelta(days=days)
    mail = render_notice("confirmation", {**SAMPLES["confirmation"], "language": "ar"}, brand=brand)
    assert f"بعد {words}." in " ".join(mail.text.split())


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("uk", 1, "через 1 день."), ("uk", 3, "через 3 дні."), ("uk", 21, "через 21 день."),
        ("uk", 30, "через 30 днів."), ("uk", 12, "через 12 днів."),
        ("ro", 1, "după 1 zi."), ("ro", 7, "după 7 zile."), ("ro", 30, "după 30 de zile."),
        ("fr", 1, "au bout de 1 jour."), ("fr", 30, "au bout de 30 jours."),
        ("es", 1, "al cabo de 1 día."), ("es", 30, "a los 30 días."),
        ("en", 1, "after 1 day."), ("en", 30, "after 30 days."),
    ],
)  # fmt: skip
def test_a_number_of_days_has_the_form_that_its_language_asks_for(
    language: str, days: int, words: str, brand: Brand, settings: Settings
) -> None:
    settings.KEEP_UNCONFIRMED = timedelta(days=days)
    sample = {**SAMPLES["confirmation"], "language": language}
    mail = render_notice("confirmation", sample, brand=brand)
    assert words in " ".join(mail.text.split())
