"""Rows in the temporary table: what was read is what is stored, whatever its characters."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from subscribers.imports.storing.stage import (
    STAGE,
    add_to_stage,
    block_of,
    create_stage,
    drop_stage,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
ODD = ["\t", "\\", "\\N", "\\.", "\n", "\r", "a\\tb", "\\\\", "\u2028", "ș", "\x7f", ""]
"""Signs of the text format of COPY, and others that could be taken for some."""


def stored(texts: list[str]) -> list[tuple[Any, ...]]:
    rows = [_row(number, text) for number, text in enumerate(texts)]
    with transaction.atomic():
        create_stage()
        add_to_stage(block_of(rows))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT number, full_name, answers FROM {STAGE} ORDER BY number")
            found = cursor.fetchall()
        drop_stage()
    return list(found)


def _row(number: int, text: str) -> tuple[Any, ...]:
    given_at = connection.ops.adapt_datetimefield_value(NOW)
    row: list[Any] = [number, *[""] * 19]
    row[4], row[10], row[14] = text, given_at, text
    return tuple(row)


def test_signs_of_the_format_are_kept() -> None:
    assert stored(ODD) == [(number, text, text) for number, text in enumerate(ODD)]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_text_is_kept(texts: list[str]) -> None:
    assert stored(texts) == [(number, text, text) for number, text in enumerate(texts)]
