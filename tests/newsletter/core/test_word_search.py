"""Rows are found by words, and in PostgreSQL by an index of their beginnings."""

import pytest
from django.db import connection
from django.db.models import QuerySet

from newsletter.core.word_search import has_words
from newsletter.models import AuditEntry
from subscribers.admin.subscriber_search import NAMED_BY

pytestmark = pytest.mark.services

POSTGRESQL = connection.vendor == "postgresql"
COLUMNS = ("actor_name", "object_label")


def entry(who: str, what: str = "") -> AuditEntry:
    return AuditEntry.objects.create(
        at="2026-01-01T00:00:00Z", actor_kind="account", actor_name=who, object_label=what
    )


def found(typed: str) -> QuerySet[AuditEntry, str]:
    rows = AuditEntry.objects.filter(has_words(typed, *COLUMNS)).order_by("pk")
    return rows.values_list("actor_name", flat=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "typed"),
    [
        ("Ada Lovelace", "ada"),
        ("Ada Lovelace", "LOVE ada"),
        ("Ada Lovelace", "lovelace, ada"),
        ("Ștefan Țurcanu", "ştefan ţur"),
        ("Ştefan Ţurcanu", "Ștefan Țur"),
        ("Мар’яна Шевченко", "мар'яна"),
        ("Марʼяна Шевченко", "Мар’яна шев"),
        ("Seán O'Brien", "o’brien"),
        ("Seán O'Brien", "brien"),
        ("Anne Smith-Jones", "jones"),
        ("Anne Smith-Jones", "smith-jo"),
        ("ada.lovelace@mail.parliament.example", "parliament.example"),
        ("ada.lovelace@mail.parliament.example", "ada.lovelace@mail"),
        ("أمينة الحسن", "أمينة"),
        ("小明", "小明"),
    ],
)
def test_words_are_found_in_any_order_case_and_spelling(who: str, typed: str) -> None:
    entry(who)
    entry("Somebody Else")
    assert list(found(typed)) == [who]


@pytest.mark.django_db
def test_all_words_must_be_there_in_whichever_column() -> None:
    entry("Ada Lovelace", "campaign “March”")
    assert list(found("ada march")) == ["Ada Lovelace"]
    assert not found("ada april")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "%",
        "'",
        "''",
        "\\",
        ":*",
        "!ada",
        "a & b",
        "(",
        "ada') | ('",
        "-",
        "\u202e",
        "x" * 9000,
    ],
)
def test_nothing_that_is_typed_is_taken_for_an_operator(typed: str) -> None:
    entry("Ada Lovelace")
    assert list(found(typed)) in ([], ["Ada Lovelace"])
    if not any(char.isalnum() for char in typed) and POSTGRESQL:
        assert not found(typed)


@pytest.mark.django_db
def test_no_more_words_are_looked_for_than_anybody_types() -> None:
    entry("Ada Lovelace")
    assert str(found("ada " * 5_000).query).count("ada") < 100


@pytest.mark.django_db
@pytest.mark.skipif(not POSTGRESQL, reason="SQLite has no such index")
@pytest.mark.parametrize(
    ("table", "columns", "index"),
    [
        ("subscribers_subscriber", NAMED_BY, "subscriber_search"),
        ("subscribers_application", ("full_name", "institution"), "application_words"),
        ("newsletter_auditentry", COLUMNS, "audit_words"),
    ],
)
def test_the_index_is_of_the_expression_that_is_asked(
    table: str, columns: tuple[str, ...], index: str
) -> None:
    from django.apps import apps

    tables = {each._meta.db_table: each for each in apps.get_models() if not each._meta.proxy}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = tables[table]._default_manager.filter(has_words("ada", *columns)).explain()
    assert index in plan
