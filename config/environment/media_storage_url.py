"""MEDIA_STORAGE_URL: a folder, or an S3-compatible store.

Such as `s3://KEY:SECRET@s3.example.org/bucket?region=eu-central-1`.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from config.environment.database_url import UNREADABLE
from config.environment.unusable_value import UnusableValue
from newsletter.core.loopback import is_loopback

FOLDER_EXAMPLE = "/var/lib/convene/media"
S3_EXAMPLE = "s3://KEY:SECRET@s3.eu-central-1.amazonaws.com/convene-media?region=eu-central-1"
_OPTIONS = ("region", "prefix")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
_PREFIX = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")


class MediaStorageError(UnusableValue):
    """A storage that can't be used. The message never repeats the URL: it holds a secret."""

    example = S3_EXAMPLE


def parse_media_storage_url(value: str) -> dict[str, Any]:
    """Read a folder or a URL into an entry of Django's STORAGES.

    Raises:
        MediaStorageError: with what is wrong, and an example.
    """
    if value.startswith("/"):
        return media_folder(Path(value))
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        # Python's own message would repeat a piece of the secret.
        raise MediaStorageError(UNREADABLE) from None
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return media_folder(Path(unquote(parts.path)))
    return _s3_store(parts, port)


def _s3_store(parts: SplitResult, port: int | None) -> dict[str, Any]:
    # Here, so that a start without a store loads nothing of it.
    from botocore.config import Config

    if parts.scheme not in ("s3", "s3+plain"):
        raise MediaStorageError("it must be a folder that starts with /, or start with s3://")
    if not parts.hostname or not parts.username or not parts.password:
        raise MediaStorageError("it needs a key, a secret and a host")
    if parts.scheme == "s3+plain" and not is_loopback(parts.hostname):
        raise MediaStorageError("s3+plain:// is for loopback alone; use s3://")
    bucket = parts.path.strip("/")
    if not _BUCKET.fullmatch(bucket):
        raise MediaStorageError("the name of a bucket must follow the host")
    options = _options(parts.query)
    scheme = "https" if parts.scheme == "s3" else "http"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{host}{f':{port}' if port else ''}",
            "region_name": options.get("region", "us-east-1"),
            "location": options.get("prefix", ""),
            # Nobody reads the bucket but we.
            "default_acl": None,
            "file_overwrite": True,
            "client_config": Config(
                signature_version="s3v4",
                # Stores other than Amazon's have no host for each bucket.
                s3={"addressing_style": "path"},
                # Once: a thread of a web process waits for it.
                connect_timeout=3,
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": 1},
                # Others don't know Amazon's newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query))
    for name in options:
        if name not in _OPTIONS:
            raise MediaStorageError(f"{name!r} is not an allowed option ({', '.join(_OPTIONS)})")
    prefix = options.get("prefix", "")
    if prefix and (not _PREFIX.fullmatch(prefix) or ".." in prefix):
        raise MediaStorageError("prefix is the name of a folder in the bucket, such as convene")
    return options


def media_folder(path: Path) -> dict[str, Any]:
    """Return an entry of Django's STORAGES for a folder, which is made when the first image is."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(path),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
