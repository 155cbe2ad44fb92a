"""The triggers stand after migrations, each once."""

import pytest
from django.db import connection

from newsletter.models import Brand, PublicChange
from newsletter.public_pages.triggers import install_triggers, remove_triggers
from newsletter.public_pages.version import public_version
from newsletter.public_pages.watched_tables import WATCHED


def notes(brand: Brand) -> int:
    before = PublicChange.objects.count()
    Brand.objects.update(name=f"{brand.name} {before}")
    return PublicChange.objects.count() - before


def test_every_watched_table_notes_its_changes(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE tgname LIKE 'public_change_%%'"
            )
        else:
            cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        tables = {name for (name,) in cursor.fetchall()}

    assert tables == set(WATCHED)


def test_installing_again_leaves_one_note_a_change(brand: Brand) -> None:
    install_triggers()
    install_triggers()

    assert notes(brand) == 1


def test_installing_makes_a_new_version(brand: Brand) -> None:
    version = public_version()

    install_triggers()

    assert public_version() != version


def test_triggers_that_were_taken_away_come_back(brand: Brand) -> None:
    remove_triggers()
    assert notes(brand) == 0

    install_triggers()
    assert notes(brand) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's triggers name no columns")
def test_a_trigger_that_names_other_columns_is_replaced(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsletter.public_pages import watched_tables

    monkeypatch.setitem(watched_tables._watched, "newsletter_brand", ("tagline",))
    install_triggers()

    assert notes(brand) == 0
