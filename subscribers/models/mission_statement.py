"""The mission statement that applicants read."""

from django.db import models


class MissionStatement(models.Model):
    """The mission statement in one language. Where there is none, nobody is asked to read it."""

    language = models.CharField(
        "language code",
        max_length=12,
        unique=True,
        error_messages={"unique": "There is a mission statement in this language already."},
        help_text="Such as en or fr. Visitors see the language that suits them best.",
    )
    title = models.CharField(max_length=150, default="Our mission")
    text = models.TextField(
        max_length=20_000, help_text="Plain text. An empty line begins a new paragraph."
    )
    updated_at = models.DateTimeField("last changed (UTC)", auto_now=True)

    class Meta:
        ordering = ["language"]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
