"""Images of the media library."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

CENTRE = 50


class MediaImage(models.Model):
    """An image that staff uploaded, made anew from its pixels.

    Its files lie in the media storage, one for each of `sizes`, under names made of `key`. Whoever
    has the address of one sees it: an email shows it to everybody, and is forwarded. It belongs to
    the installation, so who uploaded it is forgotten with their account, and it stays until staff
    delete it.
    """

    key = models.CharField(max_length=24, unique=True, editable=False)
    title = models.CharField(
        max_length=160, help_text="For you and your colleagues, to find it again."
    )
    alt = models.CharField(
        "alternative text",
        max_length=300,
        blank=True,
        default="",
        help_text=(
            "Describes the image to people who can’t see it. It is put into each block that uses "
            "the image, where you can change it."
        ),
    )
    is_decorative = models.BooleanField(
        "decoration only",
        default=False,
        help_text="The image says nothing that the text doesn’t say. It needs no description.",
    )
    focus_x = models.PositiveSmallIntegerField(
        "focal point, from the left",
        default=CENTRE,
        validators=[MaxValueValidator(100)],
        help_text="Per cent of the width.",
    )
    focus_y = models.PositiveSmallIntegerField(
        "focal point, from the top",
        default=CENTRE,
        validators=[MaxValueValidator(100)],
        help_text="Per cent of the height.",
    )
    sizes = models.JSONField(
        editable=False, help_text="[width, height, ending, bytes] of each file, the smallest first."
    )
    crops = models.JSONField(
        editable=False,
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text=(
            "[shape, focal point from the left and from the top, width, height, ending, bytes] of "
            "each part that was cut out."
        ),
    )
    pixels_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    added_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = "image"

    def __str__(self) -> str:
        return self.title

    @property
    def width(self) -> int:
        """In pixels, of its largest size."""
        return int(self.sizes[-1][0])

    @property
    def height(self) -> int:
        """In pixels, of its largest size."""
        return int(self.sizes[-1][1])

    @property
    def is_described(self) -> bool:
        """Return whether people who can’t see it lose nothing."""
        return self.is_decorative or bool(self.alt)
