"""What an archive claims is looked at before any of it is unpacked."""

import io
import struct
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from pytest_django.fixtures import Settings

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.archives import opened_archive
from tests.subscribers.imports.workbooks import archive


def names_in(content: bytes, folder: Path) -> list[str]:
    path = folder / "upload"
    path.write_bytes(content)
    with opened_archive(path) as opened:
        return opened.namelist()


def test_an_ordinary_archive_is_opened(tmp_path: Path) -> None:
    assert names_in(archive({"a.csv": "Email\n"}), tmp_path) == ["a.csv"]


def test_a_bomb_is_refused_by_how_much_it_has_shrunk(tmp_path: Path) -> None:
    content = archive({"a.csv": b"0" * 20_000_000})
    assert len(content) < 30_000
    with pytest.raises(ImportProblem, match="more than 100 times as large"):
        names_in(content, tmp_path)


def test_a_small_file_may_shrink_as_it_likes(tmp_path: Path) -> None:
    assert names_in(archive({"a.csv": b"0" * 1_000_000}), tmp_path) == ["a.csv"]


def test_more_bytes_than_the_limit_are_refused(tmp_path: Path, settings: Settings) -> None:
    settings.IMPORT_UNPACKED_BYTES = 1_000
    with pytest.raises(ImportProblem, match="more than 1,000 bytes"):
        names_in(archive({"a.csv": "x" * 600, "b.csv": "y" * 600}), tmp_path)


def test_more_files_than_the_limit_are_refused(tmp_path: Path, settings: Settings) -> None:
    settings.IMPORT_UNPACKED_ENTRIES = 3
    files = dict.fromkeys(("a", "b", "c", "d"), "x")
    with pytest.raises(ImportProblem, match="more than 3 files"):
        names_in(archive(files), tmp_path)


def test_a_list_of_a_million_files_is_refused_unread(tmp_path: Path) -> None:
    content = bytearray(archive({"a.csv": "Email\n"}))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<L", content, end + 12, 50_000_000)
    with pytest.raises(ImportProblem, match=r"more than 10,000 files"):
        names_in(bytes(content), tmp_path)


def test_an_encrypted_archive_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    content = bytearray(archive({"a.csv": "Email\n"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    with pytest.raises(ImportProblem, match="needs a password"):
        names_in(bytes(content), tmp_path)


def test_a_way_of_packing_that_bombs_like_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_BZIP2) as packed:
        packed.writestr("a.csv", "Email\n" * 100)
    with pytest.raises(ImportProblem, match="in a way that we don't read"):
        names_in(stream.getvalue(), tmp_path)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_an_archive_that_was_cut_short_is_damaged(cut: float, tmp_path: Path) -> None:
    content = archive({"a.csv": "Email\n" + "a@example.org\n" * 500, "b.csv": "x" * 50})
    with pytest.raises(ImportProblem, match="damaged"):
        names_in(content[: int(len(content) * cut)], tmp_path)


def test_an_entry_gives_no_more_than_it_claims(tmp_path: Path) -> None:
    """The limits look at what entries claim, so a lie must not give a byte more."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"0" * 5_000_000)
    content = bytearray(stream.getvalue())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.find(signature) + offset, 100)
    path = tmp_path / "upload"
    path.write_bytes(content)
    read = bytearray()
    with pytest.raises(ImportProblem, match="damaged"):
        _read_all(path, into=read)
    assert len(read) <= 100


def _read_all(path: Path, *, into: bytearray) -> None:
    with opened_archive(path) as opened, opened.open("a.csv") as entry:
        while piece := entry.read(50):
            into += piece
