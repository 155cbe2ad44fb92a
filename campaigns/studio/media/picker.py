"""Choosing an image of the library for a field: those that are offered, and the one it has."""

from collections.abc import Collection, Iterable, Mapping, MutableMapping
from typing import Any

from django import forms

from campaigns.content.hidden_images import visible_images
from campaigns.studio.media.library import LibraryImage, listed
from newsletter.media.crops import Shape
from newsletter.media.image_files import key_of, reference_in
from newsletter.media.image_use import reference_to
from newsletter.media.reencode_apart import BadImage
from newsletter.media_library.cut_image import cut_image
from newsletter.models import MediaImage
from subscribers.need_to_know.hidden import Account

OFFERED = 12
"""Images that a field offers, those that were uploaded last."""
CHOOSE = "picture"
"""The act of a button that puts an image into a field: picture:WHERE:KEY."""


def latest_images(account: Account) -> list[LibraryImage]:
    """Return the images that fields offer to somebody."""
    return [listed(image) for image in visible_images(account)[:OFFERED]]


def chosen_images(values: Iterable[object], account: Account) -> dict[str, LibraryImage]:
    """Return the images of the library that fields name, by their values, as somebody sees them."""
    keys = {value: key for value in values if isinstance(value, str) and (key := key_of(value))}
    rows = visible_images(account).filter(key__in=keys.values()) if keys else []
    by_key = {image.key: listed(image) for image in rows}
    return {value: by_key[key] for value, key in keys.items() if key in by_key}


class ImageField(forms.CharField):
    """An image of the library, by its reference, which is cut to a shape when it is chosen.

    Attributes:
        account: whoever chooses, who may not know of all images; a form sets it.
    """

    account: Account | None = None

    def __init__(
        self,
        *,
        shape: Shape,
        least: int = 1,
        attrs: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        """
        Args:
            shape: to which it is cut.
            least: the width that it must have then, in pixels.
            attrs: of the input.
            options: of any field.
        """
        widget = forms.TextInput({"class": "st-input", "autocomplete": "off", **(attrs or {})})
        super().__init__(required=False, widget=widget, **options)
        self.shape, self.least = shape, least

    def prepare_value(self, value: Any) -> Any:
        """Return the reference of an image, or what was typed."""
        return reference_to(value.key) if isinstance(value, MediaImage) else value

    def clean(self, value: Any) -> MediaImage | None:
        """Return the image, once it is cut to the shape.

        Raises:
            ValidationError: it is no image of the library, too small, or can't be cut now.
        """
        text = str(value or "").strip()
        if not text:
            return None
        key = key_of(text) or key_of(reference_in(text))
        known = MediaImage.objects.none()
        if key and self.account is not None:
            known = visible_images(self.account)
        image = known.filter(key=key).first()
        if image is None:
            raise forms.ValidationError(
                "This is no image of the library. Choose one below, or upload one."
            )
        try:
            crop = cut_image(image, self.shape)
        except BadImage as error:
            raise forms.ValidationError(str(error)) from error
        if crop.width < self.least:
            raise forms.ValidationError(
                f"Choose a larger image. Cut to fit, this one has {crop.width} × {crop.height} "
                f"pixels, and it needs a width of {self.least}."
            )
        return image


def image_asked_for(
    act: str, places: Collection[str], account: Account
) -> tuple[str, MediaImage] | None:
    """Return where the act of a button puts which image; None where there is no such thing.

    Args:
        account: whoever pressed it, who may not know of all images.
    """
    name, _, rest = act.partition(":")
    place, _, key = rest.rpartition(":")
    image = visible_images(account).filter(key=key).first() if name == CHOOSE else None
    return (place, image) if image is not None and place in places else None


def describe(
    values: MutableMapping[str, Any], image: MediaImage, *, alt: str, decorative: str
) -> None:
    """Take over the description of an image where what was typed holds none.

    Args:
        alt, decorative: the names of the fields.
    """
    if not str(values.get(alt, "")).strip():
        values[alt] = image.alt
        if image.is_decorative:
            values[decorative] = "yes"
