"""Check of the media storage: images can be kept, given and deleted."""

from django.conf import settings

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.media.storage import StorageDown, try_storage


def media() -> Found:
    """Write a file into the media storage, read it and delete it."""
    where = _where()
    try:
        try_storage()
    except StorageDown as error:
        yield (
            Level.MEND,
            f"Images can't be kept in {where}: {error}. Check MEDIA_STORAGE_URL (docs/images.md).",
        )
        return
    yield Level.FINE, f"Images are kept in {where}."


def _where() -> str:
    """Name the storage, without its key and secret."""
    options = settings.STORAGES["media"]["OPTIONS"]
    if "bucket_name" in options:
        return f"the bucket {options['bucket_name']} of {options['endpoint_url']}"
    return f"the folder {options['location']}"
