"""Making the crops of an image."""

from django.db import transaction

from newsletter.media.crops import (
    SHAPES,
    Crop,
    Focus,
    Shape,
    box_around,
    crop_name,
    crop_of,
)
from newsletter.media.image_files import names_of
from newsletter.media.reencode_apart import BadImage, NewSize, cut_apart
from newsletter.media.storage import StorageDown, delete_file, read_whole, write_file
from newsletter.models import MediaImage

_NO_STORAGE = "The image can’t be cut to fit, because the storage doesn’t answer. Try again later."
_NO_FILE = "The file of this image is missing. Upload the image again, or choose another."


def cut_image(image: MediaImage, shape: Shape, *, focus: Focus | None = None) -> Crop:
    """Make the crop of an image, unless there is one. Call it outside of transactions.

    Args:
        focus: the point that it is cut around. None: the focal point that the image has.

    Raises:
        BadImage: it can’t be made now, with the reason in words.
    """
    point = focus or (image.focus_x, image.focus_y)
    there = crop_of(image, shape, focus=point)
    if there is not None:
        return there
    box = box_around((image.width, image.height), shape, point)
    width, height = box[2] - box[0], box[3] - box[1]
    scale = min(1.0, shape.width / width, shape.height / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        content = read_whole(names_of(image)[-1])
    except StorageDown as error:
        raise BadImage(_NO_STORAGE) from error
    if content is None:
        raise BadImage(_NO_FILE)
    return _kept(image, shape, point, cut_apart(content, box, size))


def cut_again(image: MediaImage, *, focus: Focus) -> None:
    """Make the crops around another point, in each shape that an image has been cut to.

    Raises:
        BadImage: one can’t be made now, with the reason in words.
    """
    for name in dict.fromkeys(crop[0] for crop in image.crops):
        cut_image(image, SHAPES[name], focus=focus)


@transaction.atomic
def _kept(image: MediaImage, shape: Shape, focus: Focus, new: NewSize) -> Crop:
    locked = MediaImage.objects.select_for_update().filter(pk=image.pk).first()
    if locked is None:
        raise BadImage(_NO_FILE)
    crop = crop_of(locked, shape, focus=focus)
    if crop is None:
        name = crop_name(image.key, shape, focus, (new.width, new.height), new.ending)
        try:
            delete_file(name)  # of an attempt that came to nothing
            write_file(name, new.content)
        except StorageDown as error:
            raise BadImage(_NO_STORAGE) from error
        crop = Crop(name, new.width, new.height)
        made = [shape.name, *focus, new.width, new.height, new.ending, len(new.content)]
        locked.crops = [*locked.crops, made]
        locked.save(update_fields=["crops"])
    image.crops = locked.crops
    return crop
