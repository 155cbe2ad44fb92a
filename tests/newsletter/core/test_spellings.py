import pytest

from newsletter.core.spellings import spellings


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ştefan", "Ștefan"),
        ("Ștefan", "Ştefan"),
        ("Ţepeş", "Țepeș"),
        ("Țepeș", "Ţepeş"),
        ("Мар'яна", "Мар’яна"),
        ("Мар’яна", "Марʼяна"),
        ("Марʼяна", "Мар'яна"),
        ("S\u0327tefan", "Ștefan"),  # decomposed, with a cedilla
    ],
)
def test_one_spelling_finds_the_other(typed: str, stored: str) -> None:
    assert stored in spellings(typed)


def test_most_texts_have_one_spelling_and_none_has_many() -> None:
    assert spellings("Ada Lovelace") == ["Ada Lovelace"]
    assert spellings("") == [""]
    assert len(spellings("Ştefan's Țară’ʼ" * 50)) <= 10
