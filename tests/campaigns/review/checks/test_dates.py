from datetime import UTC, date, datetime

import pytest

from campaigns.models import Event
from campaigns.review.checks.dates import check_dates, days_of
from campaigns.review.finding import Severity
from tests.campaigns.review.checks.checked import text, written

TODAY = date(2026, 11, 30)


def event(**fields: object) -> Event:
    """A meeting in Wellington on 11 December, which is 10 December in UTC."""
    return Event(
        starts_at=datetime(2026, 12, 10, 20, tzinfo=UTC),
        ends_at=datetime(2026, 12, 10, 22, tzinfo=UTC),
        time_zone="Pacific/Auckland",
        **fields,
    )


MOVED = {
    "previous_starts_at": datetime(2026, 12, 3, 20, tzinfo=UTC),
    "previous_ends_at": datetime(2026, 12, 3, 22, tzinfo=UTC),
    "previous_time_zone": "Pacific/Auckland",
}


def found(
    *lines: str, language: str = "en", of: Event | None = None, others: tuple[date, ...] = ()
) -> list[str]:
    content = written(text("".join(f"<p>{line}</p>" for line in lines)), language=language)
    days = days_of(of or event(), others=others)
    return [
        f"{each.severity} {each.message}" for each in check_dates(content, today=TODAY, days=days)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "We meet on 11 December.",
        "We meet on Friday 11 December 2026.",
        "We meet on Thursday 10 December 2026 at 20:00 UTC.",
        "We met on 3 March 2025, and in 2019.",
        "Please answer by 5 December.",
        "Registration closes on 7 December 2026.",
    ],
)
def test_the_right_day_past_days_and_deadlines_are_fine(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("We meet on 12 December.", "en"),
        ("Nous nous retrouvons le 12 décembre 2026.", "fr"),
        ("Nos reunimos el 12 de diciembre.", "es"),
        ("Ne întâlnim pe 12 decembrie 2026.", "ro"),
        ("Зустрічаємося 12 грудня.", "uk"),
        ("نلتقي في 12 ديسمبر 2026.", "ar"),
    ],
)
def test_another_day_than_the_events_is_advice(line: str, language: str) -> None:
    [finding] = found(line, language=language)

    assert finding.startswith(Severity.ADVICE)
    assert "The event is on 11 December 2026." in finding


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Merci de répondre d’ici au 5 décembre.", "fr"),
        ("Responda antes del 5 de diciembre.", "es"),
        ("Răspundeți până la 5 decembrie.", "ro"),
        ("Дайте відповідь до 5 грудня.", "uk"),
        ("يرجى الرد قبل 5 ديسمبر.", "ar"),
    ],
)
def test_a_deadline_is_no_other_day_in_any_language(line: str, language: str) -> None:
    assert found(line, language=language) == []


def test_other_days_are_fine_beside_the_right_one() -> None:
    assert found("We meet on 11 December.", "The next forum is on 5 March 2027 in Nairobi.") == []


def test_days_of_other_events_and_of_the_deadline_are_fine() -> None:
    closing = event(answers_until=datetime(2026, 12, 6, 12, tzinfo=UTC))

    assert found("See you on 14 January 2027.", others=(date(2027, 1, 14),)) == []
    assert found("Tell us on 7 December.", of=closing) == []


def test_the_day_before_a_move_is_a_warning() -> None:
    [finding] = found("We meet on Friday 4 December.", of=event(**MOVED))

    assert finding.startswith(Severity.WARNING)
    assert "before it was moved" in finding
    assert found("Not on 4 December, but on 11 December.", of=event(**MOVED)) == []


def test_last_years_day_is_advice() -> None:
    [finding] = found("We meet on 11 December 2025.")

    assert "another year" in finding


@pytest.mark.parametrize(
    ("line", "language", "severity"),
    [
        ("Thursday 11 December 2026", "en", Severity.WARNING),
        ("jeudi 11 décembre 2026", "fr", Severity.WARNING),
        ("jueves, 11 de diciembre de 2026", "es", Severity.WARNING),
        ("joi, 11 decembrie 2026", "ro", Severity.WARNING),
        ("у четвер, 11 грудня 2026", "uk", Severity.WARNING),
        ("الخميس، 11 ديسمبر 2026", "ar", Severity.WARNING),
        ("Sunday 11 December", "en", Severity.ADVICE),
    ],
)
def test_a_wrong_weekday_is_told(line: str, language: str, severity: Severity) -> None:
    [finding] = found(line, language=language)

    assert finding.startswith(severity)
    assert "is a Friday" in finding


def test_a_day_that_does_not_exist_is_told() -> None:
    [finding] = found("Monday 31 November 2026")

    assert "no such day" in finding


def test_without_an_event_weekdays_alone_are_checked() -> None:
    content = written(text("<p>On 3 May 2027, and on Monday 4 May 2027.</p>"))
    [finding] = check_dates(content, today=TODAY, days=None)

    assert "“Monday 4 May 2027” is a Tuesday" in finding.message
