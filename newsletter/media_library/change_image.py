"""Changing what is said of an image, and deleting one."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from newsletter.audit.record import record
from newsletter.audit_actions import MediaAction
from newsletter.media.crops import all_names_of
from newsletter.media_library.add_image import forget_files
from newsletter.media_library.cut_image import cut_again
from newsletter.media_library.where_used import topic_of, uses_of
from newsletter.models import MediaImage
from newsletter.signals import focal_point_changed

TEXTS = ("title", "alt", "is_decorative", "focus_x", "focus_y")
"""What can be changed. The picture itself never is: another one is another image."""
_FOCUS = frozenset({"focus_x", "focus_y"})


class ImageInUse(Exception):
    """An image that can't be deleted, because something shows it."""


@dataclass(frozen=True, slots=True)
class ChangedImage:
    """A change of an image.

    Attributes:
        is_changed: whether anything is different.
        follows: what follows from it elsewhere, for staff to read.
    """

    is_changed: bool
    follows: tuple[str, ...] = ()


def change_image(image: MediaImage, **values: str | int | bool) -> ChangedImage:
    """Change title, description or focal point of an image.

    Around another focal point it is cut anew, in the shapes that it has been cut to. The crops that
    there are stay, for emails that were sent.

    Args:
        image: whose other columns stay.
        values: of TEXTS, cleaned.

    Raises:
        BadImage: it can't be cut now. Nothing has been changed.
    """
    focus = (int(values.get("focus_x", image.focus_x)), int(values.get("focus_y", image.focus_y)))
    # Before it is changed, so that no page and no email goes without its crop meanwhile.
    cut_again(image, focus=focus)
    return _changed(image, values)


@transaction.atomic
def _changed(image: MediaImage, values: Mapping[str, str | int | bool]) -> ChangedImage:
    locked = MediaImage.objects.select_for_update().get(pk=image.pk)
    changed = [name for name in TEXTS if name in values and getattr(locked, name) != values[name]]
    for name in changed:
        setattr(locked, name, values[name])
    if changed:
        locked.save(update_fields=changed)
        uses = uses_of([locked.key])
        record(
            MediaAction.CHANGED,
            locked,
            label=f"image “{locked.title}”",
            topic_id=topic_of(uses),
            fields=changed,
        )
    if not _FOCUS.intersection(changed):
        return ChangedImage(bool(changed))
    answers = focal_point_changed.send(sender=None, key=locked.key)
    return ChangedImage(True, tuple(str(answer) for _, answer in answers if answer))


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
    names = all_names_of(locked)
    # Nothing uses it, so it belongs to no topic.
    record(MediaAction.DELETED, locked, label=f"image “{locked.title}”")
    locked.delete()
    transaction.on_commit(lambda: forget_files(names))
    return True
