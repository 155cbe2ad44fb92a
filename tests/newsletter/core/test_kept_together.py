"""What stays on one line, in the ways in which the languages write hours and quantities."""

import pytest

from newsletter.core.kept_together import kept_together, kept_together_in_html

pytestmark = pytest.mark.services


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("from 12:00–13:30 today", "from 12:00–\u206013:30 today"),
        ("à 9 h, puis 14 h–16 h", "à 9\xa0h, puis 14\xa0h–\u206016\xa0h"),
        ("9h30–10h", "9h30–\u206010h"),
        ("a las 9 a. m.", "a las 9\xa0a. m."),
        ("о 9 год 30 хв, 2027 р.", "о 9\xa0год 30\xa0хв, 2027\xa0р."),
        ("الساعة 9 ص–11 ص", "الساعة 9\xa0ص–\u206011\xa0ص"),
        ("20:00 UTC, 90 min, 50 %, 3 MB", "20:00\xa0UTC, 90\xa0min, 50\xa0%, 3\xa0MB"),
        # No units, and no spans of numbers.
        ("9 hours, 3 people, 5 meetings", "9 hours, 3 people, 5 meetings"),
        ("2 homes – 3 hands", "2 homes – 3 hands"),
        ("Kyiv–Odesa", "Kyiv–Odesa"),
    ],
)
def test_hours_and_quantities_stay_on_one_line(text: str, kept: str) -> None:
    assert kept_together(text) == kept
    assert kept_together(kept) == kept


def test_in_html_only_the_texts_are_touched() -> None:
    html = (
        "<head><style>p>a{margin:0 0 9 h}</style></head>"
        '<body class="9 h"><p title="9 h">At 9 h</p><a href="https://x.example/9–10">9–10</a></body>'
    )
    assert kept_together_in_html(html) == html.replace("At 9 h", "At 9\xa0h").replace(
        ">9–10", ">9–\u206010"
    )
