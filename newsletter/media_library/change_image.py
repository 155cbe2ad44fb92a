"""Changing what is said of an image, and deleting one."""

from django.db import transaction

from newsletter.audit.record import record
from newsletter.audit_actions import MediaAction
from newsletter.media.image_files import names_of
from newsletter.media_library.add_image import forget_files
from newsletter.media_library.where_used import uses_of
from newsletter.models import MediaImage

TEXTS = ("title", "alt", "is_decorative", "focus_x", "focus_y")
"""What can be changed. The picture itself never is: another one is another image."""


class ImageInUse(Exception):
    """An image that can't be deleted, because something shows it."""


@transaction.atomic
def change_image(image: MediaImage, **values: str | int | bool) -> bool:
    """Change title, description or focal point of an image.

    Args:
        image: whose other columns stay.
        values: of TEXTS, cleaned.

    Returns:
        Whether anything is different.
    """
    locked = MediaImage.objects.select_for_update().get(pk=image.pk)
    changed = [name for name in TEXTS if name in values and getattr(locked, name) != values[name]]
    for name in changed:
        setattr(locked, name, values[name])
    if changed:
        locked.save(update_fields=changed)
        record(MediaAction.CHANGED, locked, label=f"image “{locked.title}”", fields=changed)
    return bool(changed)


@transaction.atomic
def delete_image(image: MediaImage) -> bool:
    """Delete an image that nothing shows.

    Returns:
        Whether it was there.

    Raises:
        ImageInUse: something shows it. Nothing has been deleted.
    """
    locked = MediaImage.objects.select_for_update().filter(pk=image.pk).first()
    if locked is None:
        return False
    if uses_of([locked.key]):
        raise ImageInUse
    names = names_of(locked)
    record(MediaAction.DELETED, locked, label=f"image “{locked.title}”")
    locked.delete()
    transaction.on_commit(lambda: forget_files(names))
    return True
