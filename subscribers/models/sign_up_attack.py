"""Times in which public forms came faster than people make them."""

from django.db import models


class SignUpAttack(models.Model):
    """One flood of forms, for staff to see. It says nothing of anybody.

    It is over once no form was held back for a while; then the next one is a row of its own.
    """

    began_at = models.DateTimeField("began (UTC)", unique=True)
    last_at = models.DateTimeField("last seen (UTC)", db_index=True)
    posts = models.PositiveBigIntegerField(
        help_text="Forms that had to bring proof of work, or were refused."
    )
    networks = models.PositiveIntegerField(help_text="Networks that they came from, about.")

    class Meta:
        verbose_name = "flood of sign-ups"
        verbose_name_plural = "floods of sign-ups"

    def __str__(self) -> str:
        return f"{self.posts} forms since {self.began_at:%Y-%m-%d %H:%M}"
