"""Text of which a mail program would make a link, and names with dots in them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core.web_addresses import holds_web_address, without_links
from newsletter.transport.message.envelope import recipient_name

LINKS = [
    "example.com", "www.example", "WWW.EXAMPLE", "http:x", "https://example.org/a",
    "Win at evil.click", "evil.co.uk", "x.com", "bit.ly/x", "foo.unknown/path", "ada@example.org",
    "mailto:ada", "192.0.2.7", "Ada (evil.com)", "evil.com.", "приклад.укр", "例え.中国",
    "evil\uff0ecom", "evil\u3002com", "evil\uff61com", "evil\u2024com",
    "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0fevil", "ev\u200dil.c\u200com",
    "xn--e1afmkfd.xn--p1ai", "javascript:alert(1)", "ftp://x",
    "ada@evil.example", "ada@localhost", "ada\uff20evil.example",
]  # fmt: skip
NAMES = [
    "St. John", "St.John", "J.R.R. Tolkien", "J.R.R.Tolkien", "O'Neil", "Ada Lovelace, Ph.D.",
    "Ph.D.", "B.Sc. (Hons)", "M.Sc.", "Dr.Ada", "Hon. A. B. Lovelace K.C.",
    "Martin Luther King Jr.", "Dipl.-Ing. Hans", "S.E.M. Jean", "Mª José", "И. И. Иванов",
    "Т.Г.Шевченко", "د. أحمد", "Nguyễn Văn A.", "王小明", "Ada / Ben", "c/o Ada", "Ada: the first",
    "Anne-Marie d'Orléans", "A.Li", "...", "", "12.5",
    "O.Brien", "J. R. Smith", "Maj.Gen.Ali", "Col.A.A.Maruf (Retd.)", "Drs.Ahmad, SH, MH", "م.علي",
    "Ada @ Ben", "Ю.В.Шевчук",
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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("evil.example", "evil. example"), ("Win: evil.internal now", "Win: evil. internal now"),
        ("ada@evil.example", "ada@ evil. example"), ("http://x.example", "http: //x. example"),
        ("evil\u3002example", "evil\u3002 example"), ("evil.\u200dexample", "evil. example"),
        ("St. John", "St. John"), ("J. R. Smith", "J. R. Smith"), ("O.Brien", "O. Brien"),
        ("J.R.R. Tolkien", "J. R. R. Tolkien"), ("Ada Lovelace, Ph.D.", "Ada Lovelace, Ph. D."),
        ("د.أحمد", "د. أحمد"), ("Т.Г.Шевченко", "Т. Г. Шевченко"), ("王小明", "王小明"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_that_somebody_else_typed_is_no_link(name: str, shown: str) -> None:
    assert without_links(name) == shown


@given(st.text("ab1.:@/\u3002\u200d -", max_size=60))
def test_nothing_stands_right_behind_a_full_stop(text: str) -> None:
    assert not re.search(r"[.:@\u3002]\S", without_links(text))


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert holds_web_address(text) in (True, False)
