"""Text of which a mail program would make a link, and names with dots in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core.web_addresses import holds_web_address
from newsletter.transport.message.envelope import recipient_name

LINKS = [
    "example.com", "www.example", "WWW.EXAMPLE", "http:x", "https://example.org/a",
    "Win at evil.click", "evil.co.uk", "x.com", "bit.ly/x", "foo.unknown/path", "ada@example.org",
    "mailto:ada", "192.0.2.7", "Ada (evil.com)", "evil.com.", "приклад.укр", "例え.中国",
    "evil\uff0ecom", "evil\u3002com", "evil\uff61com", "evil\u2024com",
    "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0fevil", "ev\u200dil.c\u200com",
    "xn--e1afmkfd.xn--p1ai", "javascript:alert(1)", "ftp://x",
]  # fmt: skip
NAMES = [
    "St. John", "St.John", "J.R.R. Tolkien", "J.R.R.Tolkien", "O'Neil", "Ada Lovelace, Ph.D.",
    "Ph.D.", "B.Sc. (Hons)", "M.Sc.", "Dr.Ada", "Hon. A. B. Lovelace K.C.",
    "Martin Luther King Jr.", "Dipl.-Ing. Hans", "S.E.M. Jean", "Mª José", "И. И. Иванов",
    "Т.Г.Шевченко", "د. أحمد", "Nguyễn Văn A.", "王小明", "Ada / Ben", "c/o Ada", "Ada: the first",
    "Anne-Marie d'Orléans", "A.Li", "...", "", "12.5",
]  # fmt: skip


@pytest.mark.parametrize("text", LINKS)
def test_what_becomes_a_link_is_found_and_stands_beside_no_address(text: str) -> None:
    assert holds_web_address(text)
    assert holds_web_address(f"Ada {text}")
    assert recipient_name(text) == ""


@pytest.mark.parametrize("text", NAMES)
def test_an_honest_name_passes(text: str) -> None:
    assert not holds_web_address(text)
    assert recipient_name(text) == text


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert holds_web_address(text) in (True, False)
