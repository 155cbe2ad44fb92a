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
        ("Univ.Prof. Ada Lovelace", "Univ.Prof. Ada Lovelace"),
        ("Mª José O´Brien", "Mª José O´Brien"),
        ("Kekuʻiapoiwa Káárlá", "Kekuʻiapoiwa Káárlá"),
        ("Adébáyọ̀ Ọláńrewájú", "Adébáyọ̀ Ọláńrewájú"),
        ("高橋メアリージュン", "高橋メアリージュン"),
        ("王小明 (Tony)", "王小明 (Tony)"),
        ("Анна Smith-Петренко", "Анна Smith-Петренко"),
        ("അനില്‍ കുമാര്‍", "അനില്‍ കുമാര്‍"),
        ("ශ්‍රී ලාල්", "ශ්‍රී ලාල්"),
        ("မြွှာ ကျော်", "မြွှာ ကျော်"),
        ("בָּרָא אֱלֹהִים", "בָּרָא אֱלֹהִים"),
        ("Пётр Ильич", "Пётр Ильич"),
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
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
        "evil\uff0eexample",
        "evil\u2024example",
        "\uff1cscript\uff1e",
        "\u200d\u200d",
        "\u200c",
        "Ada\u200dLovelace",
        "Ada \u200d Lovelace",
        "علی\u200c",
        "\u3164",
        "Ada\u3164",
        "Ada\u115f\u1160",
        "Ada\uffa0",
        "Ada\u034f",
        "Ada\ufe0f",
        "Ada\U000e0101",
        "Ada\u180b",
        "\u2800\u2800",
        "Ada ✓",
        "😀",
        "...",
        "1234",
        "𝐀𝐝𝐚",
        "a" + "\u0300" * 140,
        "Ada" + "\u0301" * 5,
    ],
)
def test_what_is_no_name_is_refused(raw: str) -> None:
    with pytest.raises(BadName):
        clean_name(raw)


@pytest.mark.parametrize(
    ("raw", "scripts"),
    [
        ("Аda Lovelace", "Cyrillic and Latin"),
        ("Ada Lоvelace", "Cyrillic and Latin"),
        ("Jean-Mаrie", "Cyrillic and Latin"),
        ("Αda", "Greek and Latin"),
        ("Ελένη" + "а", "Cyrillic and Greek"),
        ("Ad4а", "Cyrillic and Latin"),
        ("Ӏda", "Cyrillic and Latin"),
    ],
)
def test_a_word_of_two_alphabets_is_refused_and_both_are_named(raw: str, scripts: str) -> None:
    with pytest.raises(BadName, match=scripts):
        clean_name(raw)


@pytest.mark.parametrize("name", ["Ada Lovelace", "Madonna", "Ana Maria da Silva"])
def test_the_two_parts_of_a_name_make_the_name(name: str) -> None:
    assert " ".join(filter(None, parts_of(name))) == name
