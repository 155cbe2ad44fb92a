"""Names of colleagues, as they are typed or forged."""

import pytest

from staff.accounts.names import BadName, clean_name, parts_of


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Inês   da  Silva ", "Inês da Silva"),
        ("O’Brien", "O’Brien"),
        ("Nguyễn Thị Minh", "Nguyễn Thị Minh"),
        ("می‌خواهم", "می‌خواهم"),
        ("王小明", "王小明"),
        ("Dr. Ada Lovelace (MP)", "Dr. Ada Lovelace (MP)"),
    ],
)
def test_names_of_all_scripts_are_kept(raw: str, kept: str) -> None:
    assert clean_name(raw) == kept


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "x" * 151,
        "Ada <script>alert(1)</script>",
        "Ada\u202elivE",
        "Ada\x00",
        "Ada\u200bLovelace",
        "https://evil.example/now",
        "Visit evil.example/win today",
        "ada@evil.example",
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_what_is_no_name_is_refused(raw: str) -> None:
    with pytest.raises(BadName):
        clean_name(raw)


@pytest.mark.parametrize("name", ["Ada Lovelace", "Madonna", "Ana Maria da Silva"])
def test_the_two_parts_of_a_name_make_the_name(name: str) -> None:
    assert " ".join(filter(None, parts_of(name))) == name
