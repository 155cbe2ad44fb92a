"""Images lie in a folder, or in an S3-compatible store whose every request is signed."""

import stat
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.environment.media_storage_url import parse_media_storage_url
from newsletter.media.storage import (
    StorageDown,
    delete_file,
    read_file,
    try_storage,
    write_file,
)
from tests.fakes.s3_store import s3_store

NAME = "0123456789abcdef01234567-10x10.png"


def use(settings: Settings, url: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "media": parse_media_storage_url(url)}


def test_a_folder_is_made_for_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    use(settings, str(folder))
    write_file(NAME, b"pixels")
    file = read_file(NAME)
    assert file is not None
    with file:
        assert file.read() == b"pixels"
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    delete_file(NAME)
    delete_file(NAME)
    assert read_file(NAME) is None
    try_storage()
    assert list(folder.iterdir()) == []


def test_a_folder_that_can_t_be_written_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    use(settings, str(tmp_path / "file" / "media"))
    with pytest.raises(StorageDown):
        try_storage()


def test_a_file_is_never_replaced(settings: Settings, tmp_path: Path) -> None:
    use(settings, str(tmp_path / "images"))
    write_file(NAME, b"pixels")
    with pytest.raises(StorageDown, match="already"):
        write_file(NAME, b"other pixels")
    assert [path.read_bytes() for path in (tmp_path / "images").iterdir()] == [b"pixels"]


def test_a_store_keeps_gives_and_deletes(settings: Settings) -> None:
    with s3_store() as store:
        use(settings, store.url(more="&prefix=convene"))
        write_file(NAME, b"pixels")
        assert store.objects == {f"convene/{NAME}": b"pixels"}
        file = read_file(NAME)
        assert file is not None
        with file:
            assert file.read() == b"pixels"
        delete_file(NAME)
        assert store.objects == {}
        assert read_file(NAME) is None
        try_storage()
        assert store.refused == 0


def test_a_wrong_secret_is_told_without_the_secret(settings: Settings) -> None:
    with s3_store() as store:
        use(settings, store.url(secret="another-secret"))
        with pytest.raises(StorageDown) as told:
            try_storage()
        assert store.refused
        assert "SignatureDoesNotMatch" in str(told.value)
        assert "another-secret" not in str(told.value)


def test_a_store_that_is_gone_is_told(settings: Settings) -> None:
    with s3_store() as store:
        use(settings, store.url())
    with pytest.raises(StorageDown):
        write_file(NAME, b"pixels")
    with pytest.raises(StorageDown):
        read_file(NAME)
