"""Bodies that people may belong to, and the names that members use for themselves."""

from django.core.validators import RegexValidator
from django.db import models


class Body(models.Model):
    """A body beside the countries of ISO 3166-1, or another name for one of those.

    Kosovo and the European Parliament are there from the beginning. A body's code is one that ISO
    3166-1 leaves to its users, so it will never be a country's.
    """

    code = models.CharField(
        max_length=2, unique=True, validators=[RegexValidator(r"^[A-Z]{2}\Z", "Two capitals.")]
    )
    name = models.CharField(
        max_length=100, help_text="As its members write it, in the language of these pages."
    )
    names = models.JSONField(default=dict, blank=True, help_text="Language → name, where known.")
    is_offered = models.BooleanField(
        "offered in forms",
        default=True,
        help_text="Clear it to take it off the forms. People who have chosen it keep it.",
    )

    class Meta:
        verbose_name = "body"
        verbose_name_plural = "bodies"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
