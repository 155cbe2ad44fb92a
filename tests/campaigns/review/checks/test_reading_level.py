import pytest

from campaigns.review.checks.reading_level import check_reading_level, reading_ease, syllables_of
from campaigns.review.finding import Severity
from tests.campaigns.review.checks.checked import text, written

EASY = "We meet on Monday. It is online. You can ask us what you like. Please come. " * 8
HARD = (
    "The interparliamentary harmonisation of extraterritorial jurisdictional competencies "
    "necessitates comprehensive institutional coordination notwithstanding considerable "
    "administrative incompatibilities between constitutional arrangements. " * 8
)


@pytest.mark.parametrize(
    ("words", "language", "count"),
    [
        ("trafficking people made asked wanted places idea nation information", "en", 20),
        ("réunion gouvernement parlent femme idée une théâtre", "fr", 12),
        ("reunión guerra que diálogo muy ciudad bueno línea país", "es", 18),
    ],
)
def test_syllables_are_those_of_dictionaries(words: str, language: str, count: int) -> None:
    found = sum(syllables_of(word, language=language) for word in words.split())

    assert abs(found - count) <= 1


def test_an_easy_text_and_a_hard_one_are_told_apart() -> None:
    easy, hard = (reading_ease(each, language="en") for each in (EASY, HARD))

    assert easy is not None
    assert hard is not None
    assert easy > 80
    assert hard < 0


def test_a_hard_text_is_advice_and_nothing_else_is() -> None:
    [finding] = check_reading_level(written(text(f"<p>{HARD}</p>"), text(f"<p>{EASY}</p>")))

    assert (finding.severity, finding.path) == (Severity.ADVICE, "c.blocks[0].html")


@pytest.mark.parametrize("language", ["ro", "uk", "ar", "zh"])
def test_nothing_is_said_where_there_is_no_formula(language: str) -> None:
    assert reading_ease(HARD, language=language) is None


def test_nothing_is_said_of_a_few_words() -> None:
    assert reading_ease(HARD[:200], language="en") is None


def test_a_hostile_text_takes_no_time() -> None:
    assert reading_ease(f"{EASY} {'.' * 1_000_000}x", language="en") is not None
