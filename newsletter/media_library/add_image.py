"""Adding an image to the media library."""

import hashlib
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction

from newsletter.audit.record import record
from newsletter.audit_actions import MediaAction
from newsletter.media.image_files import KEY_BYTES, file_name
from newsletter.media.reencode_apart import BadImage, NewImage, reencode_apart
from newsletter.media.storage import StorageDown, delete_file, write_file
from newsletter.models import MediaImage

LONGEST_TITLE = 160
_NO_TITLE = "Image"


@dataclass(frozen=True, slots=True)
class AddedImage:
    """An image that is in the library now.

    Attributes:
        is_new: whether it wasn't there before.
        is_animated: whether only the first picture of an animation was kept.
    """

    image: MediaImage
    is_new: bool
    is_animated: bool


def add_image(
    content: bytes,
    *,
    name: str = "",
    by: User | AnonymousUser | None = None,
    unknown: Collection[str] = (),
) -> AddedImage:
    """Add an image, made anew from its pixels. The same picture twice is one.

    Args:
        content: the file.
        name: what the file is called; its title is made from it.
        by: who uploads it.
        unknown: keys of images that they may not know of. The same picture becomes another image,
            so that its upload tells nothing.

    Raises:
        BadImage: it isn't taken, with the reason in words. Nothing has been kept.
    """
    if len(content) > settings.MEDIA_IMAGE_BYTES:
        megabytes = settings.MEDIA_IMAGE_BYTES // 1_000_000
        raise BadImage(f"The file is larger than {megabytes} MB. Save it smaller.")
    new = reencode_apart(content)
    digest, there = _there(new.digest, unknown)
    if there is None:
        image = MediaImage(
            key=secrets.token_hex(KEY_BYTES),
            title=title_from(name),
            sizes=[[one.width, one.height, one.ending, len(one.content)] for one in new.sizes],
            pixels_sha256=digest,
            uploaded_by=by if isinstance(by, User) else None,
        )
        there = _kept(image, new)
        if there is None:
            return AddedImage(image, is_new=True, is_animated=new.is_animated)
    return AddedImage(there, is_new=False, is_animated=new.is_animated)


def _there(digest: str, unknown: Collection[str]) -> tuple[str, MediaImage | None]:
    """Return the digest for a picture, and the image that has it; None where there is none yet."""
    there = MediaImage.objects.filter(pixels_sha256=digest).first()
    while there is not None and there.key in unknown:
        digest = hashlib.sha256(f"another {digest}".encode()).hexdigest()
        there = MediaImage.objects.filter(pixels_sha256=digest).first()
    return digest, there


def title_from(name: str) -> str:
    """Return a title made of a file's name, without what belongs to no title."""
    words = PurePath(name.replace("\\", "/")).stem.replace("_", " ")
    plain = "".join(
        " " if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") else each
        for each in words
    )
    return " ".join(plain.split())[:LONGEST_TITLE] or _NO_TITLE


def _kept(image: MediaImage, new: NewImage) -> MediaImage | None:
    """Keep files and row; where somebody was faster with the same picture, return theirs."""
    written: list[str] = []
    try:
        for one in new.sizes:
            # Noted before it is written: a file whose answer never came may be there.
            written.append(file_name(image.key, one.width, one.height, one.ending))
            write_file(written[-1], one.content)
        with transaction.atomic():
            image.save(force_insert=True)
            record(MediaAction.UPLOADED, image, label=f"image “{image.title}”")
    except StorageDown as error:
        forget_files(written)
        raise BadImage(
            "The image can’t be kept, because the storage doesn’t answer. Try again later."
        ) from error
    except IntegrityError:
        forget_files(written)
        return MediaImage.objects.get(pixels_sha256=image.pixels_sha256)
    except BaseException:
        forget_files(written)
        raise
    return None


def forget_files(names: list[str]) -> None:
    """Delete files, as far as the storage answers. What stays is never shown: it has no row."""
    for name in names:
        try:
            delete_file(name)
        except StorageDown:
            continue
