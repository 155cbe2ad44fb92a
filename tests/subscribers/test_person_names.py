"""Names as they are kept, and the given name by which to greet a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.person_names import MAXIMUM_NAME, clean_name, guess_given_name, initials_of


@pytest.mark.parametrize(
    ("full_name", "given_name"),
    [
        ("Ada Lovelace", "Ada"),
        ("ada lovelace", "Ada"),
        ("ADA LOVELACE", "Ada"),
        ("  Dr.  Ada   Lovelace ", "Ada"),
        ("LOVELACE, Ada", "Ada"),
        ("Ada Lovelace, MP", "Ada"),
        ("Rt. Hon. Ada Lovelace MP", "Ada"),
        ("H.E. Juan Pérez", "Juan"),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("McKenna Li", "McKenna"),
        ("Zoë", "Zoë"),
        ("Ольга Иванова", "Ольга"),
        ("Μαρία Παπαδοπούλου", "Μαρία"),
        ("أحمد علي", "أحمد"),
        ("प्रिया शर्मा", "प्रिया"),
        ("ნინო ბერიძე", "ნინო"),
        ("אברהם לוי", "אברהם"),
        # In doubt nobody is addressed by name.
        ("", ""),
        ("J. Smith", ""),
        ("Baroness Young", ""),
        ("Lord Smith of Kelvin", ""),
        ("王小明", ""),
        ("김철수", ""),
        ("ada@example.org", ""),
        ("https://evil.example/ now", ""),
        ("12345", ""),
        ("<b>Ada</b>", ""),
        ("{{7*7}}", ""),
        ("🙂", ""),
        ("Dr", ""),
        ("A" * 5000, ""),
    ],
)
def test_the_given_name_is_guessed_and_in_doubt_empty(full_name: str, given_name: str) -> None:
    assert guess_given_name(full_name) == given_name


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Ada\r\nBcc: x@example.org", "Ada Bcc: x@example.org"),
        ("Ada\x00\x1b\u2028Lovelace", "Ada Lovelace"),
        ("\u202eevoL\u202c ecaL", "evoL ecaL"),
        ("e\u0301lise", "élise"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("x" * 10_000, "x" * MAXIMUM_NAME),
    ],
)
def test_a_name_is_kept_in_one_line_without_anything_invisible(raw: str, kept: str) -> None:
    assert clean_name(raw) == kept


@pytest.mark.parametrize(
    ("full_name", "shown"),
    [
        ("Ada Lovelace", "A… L…"),
        ("Ольга Иванова", "О… И…"),
        ("أحمد علي", "أ… ع…"),
        ("McKenna Li", "M… …"),
        ("王小明", "…"),
        ("김 민준", "… …"),
        ("<b>Eve</b> A.", "… …"),
        ("Wilhelmina van der Quux Abernathy", "W… v… d… Q…"),
        ("", ""),
        ("X", "…"),
    ],
)
def test_a_name_is_hinted_at_by_initials(full_name: str, shown: str) -> None:
    assert initials_of(full_name) == shown


@given(st.text(max_size=400))
def test_a_hint_never_holds_two_letters_of_a_word(full_name: str) -> None:
    assert all(len(word) <= 2 and word.endswith("…") for word in initials_of(full_name).split())
