"""The media storage: where the files of images lie."""

import secrets
from collections.abc import Iterator
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


class StorageDown(OSError):
    """The storage doesn't take, give or delete a file. The message is fit to be shown."""


def media_storage() -> Storage:
    """Return the storage of MEDIA_STORAGE_URL."""
    return storages["media"]


def write_file(name: str, content: bytes) -> None:
    """Keep a file.

    Raises:
        StorageDown: it isn't kept.
    """
    try:
        kept = media_storage().save(name, ContentFile(content))
    except Exception as error:  # botocore's errors have no base of their own beside Exception
        raise StorageDown(_why(error)) from error
    if kept != name:
        delete_file(kept)
        raise StorageDown(f"there is a file {name} already")


def read_file(name: str) -> IO[bytes] | None:
    """Open a file; None where the storage doesn't have it.

    Raises:
        StorageDown: it doesn't answer.
    """
    try:
        file: IO[bytes] = media_storage().open(name, "rb")
        return file
    except FileNotFoundError:
        return None
    except Exception as error:
        raise StorageDown(_why(error)) from error


def read_whole(name: str) -> bytes | None:
    """Read a file; None where the storage doesn't have it.

    Raises:
        StorageDown: it doesn't answer.
    """
    file = read_file(name)
    if file is None:
        return None
    try:
        with file:
            return file.read()
    except Exception as error:
        raise StorageDown(_why(error)) from error


def file_names() -> list[str]:
    """Return the names of all files, with slashes where there are folders.

    Raises:
        StorageDown: it doesn't answer.
    """
    try:
        return sorted(_names_below(""))
    except FileNotFoundError:  # a folder that is made with the first image
        return []
    except Exception as error:
        raise StorageDown(_why(error)) from error


def _names_below(folder: str) -> Iterator[str]:
    folders, files = media_storage().listdir(folder)
    yield from (f"{folder}{name}" for name in files if name not in ("", "."))
    for name in folders:
        if name not in ("", "."):
            yield from _names_below(f"{folder}{name}/")


def size_of(name: str) -> int | None:
    """Return the size of a file in bytes; None where the storage doesn't have it.

    Raises:
        StorageDown: it doesn't answer.
    """
    try:
        storage = media_storage()
        return storage.size(name) if storage.exists(name) else None
    except FileNotFoundError:
        return None
    except Exception as error:
        raise StorageDown(_why(error)) from error


def delete_file(name: str) -> None:
    """Delete a file, where it is there.

    Raises:
        StorageDown: it stays.
    """
    try:
        media_storage().delete(name)
    except Exception as error:
        raise StorageDown(_why(error)) from error


def try_storage() -> None:
    """Write a file, read it and delete it.

    Raises:
        StorageDown: with what doesn't work.
    """
    name, content = f"doctor-{secrets.token_hex(8)}", secrets.token_bytes(64)
    write_file(name, content)
    file = read_file(name)
    if file is None:
        raise StorageDown("a file that was written isn't there")
    with file:
        is_whole = file.read() == content
    delete_file(name)
    if not is_whole:
        raise StorageDown("a file comes back otherwise than it was written")


def _why(error: Exception) -> str:
    """Return what went wrong, without what a store's answer may repeat of a request."""
    answer = getattr(error, "response", None) or {}  # None where there was no answer
    code = answer.get("Error", {}).get("Code", "")
    return str(code) or getattr(error, "strerror", None) or type(error).__name__
