from datetime import UTC, date, datetime

from django.template import engines
from django.utils.translation import override


def rendered(source: str, **context: object) -> str:
    return str(engines["django"].from_string("{% load dates bidi %}" + source).render(context))


def test_a_date_is_written_in_the_language_of_the_page() -> None:
    day = date(2027, 3, 5)
    with override("uk"):
        assert rendered("{{ day|long_date }}", day=day) == "5 березня 2027\u202fр."
        assert rendered("{{ day|long_date }}", day=datetime(2027, 3, 5, tzinfo=UTC)) == (
            "5 березня 2027\u202fр."
        )
    with override("fr"):
        assert rendered("{{ day|month_and_year }}", day=day) == "mars 2027"
    assert rendered("{{ day|long_date }}", day=day) == "5 March 2027"


def test_an_isolate_is_text_and_no_markup() -> None:
    with override("ar"):
        assert rendered("{{ name|isolate }}", name="<b>") == "\u2068&lt;b&gt;\u2069"
    assert rendered("{{ name|isolate }}", name="<b>") == "&lt;b&gt;"
