from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.pofile import read_po

from campaigns.review.checks.leftovers import check_leftovers, leftover_in
from tests.campaigns.review.checks.checked import text, written


@pytest.mark.parametrize(
    "leftover",
    [
        "Lorem ipsum",
        "TODO",
        "XXX",
        "xx.xx",
        "TBC",
        "[name]",
        "[Insert venue here]",
        "[DATE]",
        "<date>",
        "{{ name }}",
        "*|FNAME|*",
        "%first_name%",
        "%%_first_name_%%",
        "{{ contact.FIRSTNAME }}",
        "{% if subscriber %}",
        "${recipient.name}",
        "«First_Name»",
        "[[lieu]]",
        "[nom de l’orateur]",
        "[à compléter]",
        "à compléter",
        "[nombre]",
        "por definir",
        "[Introduceți data]",
        "de completat",
        "[ім’я]",
        "[вставте посилання]",
        "[الاسم]",
        "[أدخل النص]",
        "____",
        "???",
        "........",
    ],
)
def test_a_leftover_is_found_within_a_sentence(leftover: str) -> None:
    found = leftover_in(f"We meet at noon, {leftover} and after that.")

    assert found
    assert found in leftover or leftover in found


@pytest.mark.parametrize(
    "plain",
    [
        "Dear {given_name|colleague}, we meet at {event_time}.",
        "He said: “[The ministry] will answer [sic] soon […].” [1]",
        "Todo el mundo está invitado. Todos los lugares.",
        "Write to Ada <ada@parliament.ro> or see <https://www.un.org/name>.",
        "The XX century, the XXI Congress, and Malcolm X",
        "Is it 5 < 6 and 7 > 3?",
        "Really?! Yes … or so...",
        "100% of the people, 50 % des voix",
        "the «Palace» and « la salle »",
        "Section 3 [see page 12]",
        "snake_case and a_b",
    ],
)
def test_plain_text_is_no_leftover(plain: str) -> None:
    assert leftover_in(plain) == ""


def test_each_field_is_named_once_with_what_was_found() -> None:
    findings = list(
        check_leftovers(
            written(
                {"type": "heading", "text": "TODO: title"},
                text("<p>Lorem ipsum.</p><p>At [place].</p>"),
                {"type": "figure", "figure": "49 million", "text": "people"},
                subject="Meeting on [date]",
            )
        )
    )

    assert [(finding.path, finding.message.split("”")[0]) for finding in findings] == [
        ("c.subject", "“[date]"),
        ("c.blocks[0].text", "“TODO"),
        ("c.blocks[1].html", "“Lorem"),
    ]


def test_a_hostile_text_takes_no_time() -> None:
    assert leftover_in(f"%{'a' * 41}_name%") == ""
    assert leftover_in("%" + "a" * 1_000_000) == ""
    assert leftover_in("%a_" * 50_000) == ""


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("language", ["fr", "es", "ro", "uk", "ar"])
def test_finished_texts_of_others_hold_no_leftover(language: str) -> None:
    """Messages that translators of Django and allauth wrote, which are in use everywhere."""
    texts = list(_translations(language))

    assert len(texts) > 500
    assert [each for each in texts if leftover_in(each)] == []


def _translations(language: str) -> Iterator[str]:
    for package in (django, allauth):
        folder = Path(package.__path__[0])
        for path in folder.rglob(f"locale/{language}/LC_MESSAGES/django.po"):
            with path.open("rb") as file:
                for message in read_po(file):
                    string = message.string if isinstance(message.string, str) else ""
                    yield string
