"""Cells that no spreadsheet runs, and that come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core.spreadsheets import FORMULA_MARKS, harmless_cell, plain_cell


@given(st.text(alphabet="'=+-@＝＠\t\r\na ", max_size=6))
def test_any_cell_comes_back_and_none_begins_as_a_formula(cell: str) -> None:
    written = harmless_cell(cell)
    assert not written.startswith(FORMULA_MARKS)
    assert plain_cell(written) == cell


@pytest.mark.parametrize("name", ["", "'t Hooft", "O'Brien", "'", "''", "Ada"])
def test_an_apostrophe_that_belongs_to_a_name_stays(name: str) -> None:
    assert harmless_cell(name) == plain_cell(name) == name
