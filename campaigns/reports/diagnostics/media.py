"""Checks of images: they can be kept, given and deleted, and are decoded behind walls."""

from django.conf import settings

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.media import confine
from newsletter.media.reencode_apart import BadImage, missing_walls
from newsletter.media.storage import StorageDown, try_storage

NAMES = {
    confine.PRIVILEGES: "a ban on gaining privileges",
    confine.DESCRIPTORS: "a ban on opening files and connections",
    confine.FILES: "Landlock for files",
    confine.NETWORK: "Landlock for TCP",
    confine.SIGNALS: "Landlock for signals",
    confine.CALLS: "a filter of system calls",
}


def media() -> Found:
    """Check the storage, and the walls around the process that decodes images."""
    yield from _storage()
    yield from _walls()


def _storage() -> Found:
    """Write a file into the media storage, read it and delete it."""
    where = _where()
    try:
        try_storage()
    except StorageDown as error:
        yield Said(
            Level.MEND,
            f"Images can't be kept in {where}: {error}. Check MEDIA_STORAGE_URL (docs/images.md).",
            "storage",
        )
        return
    yield Level.FINE, f"Images are kept in {where}."


def _where() -> str:
    """Name the storage, without its key and secret."""
    options = settings.STORAGES["media"]["OPTIONS"]
    if "bucket_name" in options:
        return f"the bucket {options['bucket_name']} of {options['endpoint_url']}"
    return f"the folder {options['location']}"


def _walls() -> Found:
    try:
        missing = missing_walls()
    except BadImage as error:
        yield Level.MEND, f"Images can't be decoded: {error}"
        return
    if missing:
        yield (
            Level.LOOK,
            f"Images are decoded without {', '.join(NAMES[wall] for wall in missing)}: the kernel "
            f"or container of this host doesn't offer it. Uploads work; a hostile image could do "
            f"more harm than elsewhere (docs/images.md).",
        )
    else:
        yield Level.FINE, "Images are decoded behind all walls that the kernel has."
