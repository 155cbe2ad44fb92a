"""Files that can't be imported are refused whole, with the reason."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.models import (
    ImportBatch,
    Subscriber,
    Topic,
)

CONSENT = "Google form 'Join our Mailing List'"


NOT_A_FILE: list[tuple[str, bytes, str]] = [
    ("empty", b"", "empty"),
    ("blank", b"\n\n , \n", "email addresses|blank lines"),
    ("only a mark", b"\xef\xbb\xbf", "blank lines|no text"),
    ("header only", b"Email,Name\n", "no rows"),
    ("header and blanks", b"Email,Name\n,\n\n", "no rows"),
    ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
    ("workbook", b"PK\x03\x04\x14\0", "xlsx"),
    ("NUL bytes", b"Email\na@example.org\0\n", "Line 2 has a NUL"),
    ("UTF-16 without mark", "Email\na@example.org\n".encode("utf-16-le"), "utf-16-le"),
    ("Latin-1", "Email,Name\na@example.org,Zoë\n".encode("latin-1"), "Line 2 is not UTF-8"),
    ("half a UTF-16 character", b"\xff\xfeE\0m", "not UTF-16"),
    (
        "quote never closed",
        b'Email,Name\na@example.org,"Ada\nb@example.org,Ben\n',
        "Row 2 .*line 2.*never closed",
    ),
    ("quote in the middle", b'Email,Name\na@example.org,"Ada" Lovelace\n', "Row 2 .*broken"),
    ("one line of 10 MB", b"x" * 10_000_000, "Line 1 has more than 1,000,000"),
    (
        "a cell of 200,000",
        b"Email,Name\na@example.org," + b"x" * 200_000 + b"\n",
        "Row 2 .*131,072",
    ),
    ("5,000 columns", b"Email" + b",x" * 5_000 + b"\na@example.org\n", "5,001 columns"),
    ("no address", b"Name,Country\nAda,NZ\n", "No column of email addresses"),
    (
        "HTML",
        b"<!doctype html><html><body>Sign in</body></html>\n",
        "No column of email addresses",
    ),
    ("JSON", b'{"a": 1}\n{"b": 2}\n', "No column"),
]


@pytest.mark.parametrize(
    ("data", "said"),
    [(data, said) for _, data, said in NOT_A_FILE],
    ids=[name for name, *_ in NOT_A_FILE],
)
def test_a_file_that_is_none_of_ours_is_refused_whole(topic: Topic, data: bytes, said: str) -> None:
    with pytest.raises(ImportProblem, match=f"(?s){said}"):
        import_subscribers(io.BytesIO(data), topic=topic, consent=CONSENT)
    assert not Subscriber.objects.exists()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "make",
    [lambda folder: folder, lambda folder: folder / "missing.csv", lambda folder: Path("a\0b")],
)
def test_a_path_that_can_not_be_read_is_named(
    topic: Topic, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    with pytest.raises(ImportProblem, match="folder|can't be read"):
        import_subscribers(make(tmp_path), topic=topic, consent=CONSENT)


@pytest.mark.parametrize("words", ["", "  \n", "x" * 6_000, "a\0b", "\udcff"])
def test_the_words_of_consent_are_needed(topic: Topic, words: str) -> None:
    with pytest.raises(ImportProblem, match="agreed to get email|about consent"):
        import_subscribers(io.BytesIO(b"Email\na@example.org\n"), topic=topic, consent=words)
