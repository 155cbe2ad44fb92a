"""Rows: addresses, names and headers as people and programs write them."""

import pytest

from subscribers.imports.reading.headers import field_of
from subscribers.models import (
    Subscriber,
    Topic,
)
from tests.subscribers.imports.sheets import take

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cell", "email", "name"),
    [
        ("Ada Lovelace <ada@example.org>", "ada@example.org", "Ada Lovelace"),
        ('""Lovelace, Ada"" <Ada@example.org>', "Ada@example.org", "Lovelace, Ada"),
        ("<ada@example.org>", "ada@example.org", ""),
        ("mailto:ada@example.org", "ada@example.org", ""),
        ("mailto:ada@example.org?subject=Hello", "ada@example.org", ""),
        ("Ada <mailto:ada@example.org>", "ada@example.org", "Ada"),
        ("eve@example.net <ada@example.org>", "ada@example.org", ""),
    ],
)
def test_an_address_within_angle_brackets_or_a_link_is_read(
    topic: Topic, cell: str, email: str, name: str
) -> None:
    take(f'Email\n"{cell}"\n', topic)
    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.full_name) == (email, name)


def test_the_name_of_its_own_column_goes_before_the_one_beside_the_address(topic: Topic) -> None:
    take("Email,Name\nBoss <ada@example.org>,Ada Lovelace\n", topic)
    assert Subscriber.objects.get().full_name == "Ada Lovelace"


@pytest.mark.parametrize(
    "headers",
    [
        "Timestamp,Email Address,Full name,Country,Organisation",
        "Horodateur,Adresse e-mail,Nom complet,Pays,Organisme",
        "Marca temporal,Dirección de correo electrónico,Nombre completo,País,Organización",
        "Marcă temporală,Adresă de e-mail,Nume complet,Țara,Organizație",
        "Позначка часу,Електронна адреса,Повне ім’я,Країна,Організація",
        "طابع زمني,عنوان البريد الإلكتروني,الاسم الكامل,الدولة,المنظمة",
    ],
    ids=["en", "fr", "es", "ro", "uk", "ar"],
)
def test_headers_are_known_in_the_six_languages(topic: Topic, headers: str) -> None:
    report = take(
        f"{headers}\n2024-03-01 10:00,ada@example.org,Ada Lovelace,France,Parliament\n", topic
    )
    assert sorted(report.mapping.values()) == [
        "country",
        "email",
        "full_name",
        "institution",
        "timestamp",
    ]
    assert report.ignored_headers == []


@pytest.mark.parametrize(
    ("headers", "row"),
    [
        ("Name,Surname", "Ada,Lovelace"),
        ("Nombre,Apellidos", "Ada,Lovelace"),
        ("Prénom,Nom", "Ada,Lovelace"),
        ("Nume,Prenume", "Lovelace,Ada"),
    ],
)
def test_a_given_name_beside_a_family_name_is_found(topic: Topic, headers: str, row: str) -> None:
    take(f"Email,{headers}\nada@example.org,{row}\n", topic)
    ada = Subscriber.objects.get()
    assert (ada.full_name, ada.given_name) == ("Ada Lovelace", "Ada")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["sep={mark}\n", "SEP={mark}\r\n", '"sep={mark}"\n', "sep=\n"])
def test_excels_own_first_line_is_obeyed(topic: Topic, first: str, mark: str) -> None:
    report = take(f"{first.format(mark=mark)}Name{mark}Email\nAda{mark}a@example.org\n", topic)
    assert (report.added, report.refused_count) == (1, 0)


@pytest.mark.parametrize(
    "name",
    [
        "www.evil.example",
        "Win at evil.com",
        "http://evil.example/x",
        "evil。click",
        "ada@example.org",
    ],
)
def test_a_name_that_holds_a_web_address_is_left_out_and_told_and_the_row_is_taken(
    topic: Topic, name: str
) -> None:
    report = take(f"Email,Name,First name\na@example.org,{name},{name}\n", topic)
    assert report.added == 1
    assert (Subscriber.objects.get().full_name, Subscriber.objects.get().given_name) == ("", "")
    assert any("web address" in warning for warning in report.warnings)


def test_no_header_of_ours_is_taken_for_two_fields() -> None:
    for header, field in {
        "email": "email",
        "status": "status",
        "suppressed": "suppressed",
        "changed_at": None,
        "topic": None,
    }.items():
        found = field_of(header)
        assert (found and found[0]) == field
