"""The wordings that people have agreed to."""

from django.db import models

from subscribers.states import WordingForm


class ConsentWording(models.Model):
    """One exact wording, as it stood beside a button. Written once, and never changed or deleted.

    Other words make another version. It names nobody.
    """

    form = models.CharField(
        max_length=12, choices=WordingForm.choices, help_text="Where people agreed to it."
    )
    language = models.CharField(
        max_length=12, blank=True, help_text="In which it is written; empty where nobody said."
    )
    version = models.PositiveIntegerField(
        help_text="1, 2, 3 … of this form and language, in the order of their first use."
    )
    text = models.TextField()
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the text in UTF-8.")
    first_used_at = models.DateTimeField()
    key_id = models.CharField(max_length=8, help_text="Which of LINK_KEYS has signed it.")
    signature = models.CharField(max_length=64, help_text="HMAC-SHA256 over the columns above.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "text_hash"], name="one_wording_of_a_form"),
            models.UniqueConstraint(
                fields=["form", "language", "version"], name="one_wording_of_a_version"
            ),
        ]

    def __str__(self) -> str:
        language = f", {self.language}" if self.language else ""
        return f"{self.get_form_display()}{language}, version {self.version}"
