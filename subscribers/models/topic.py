"""Topics: what one can follow; a mailing list."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

RESTRICTED_AND_PUBLIC = "A need-to-know topic can’t be public. Clear one of the two boxes."


class Topic(models.Model):
    """A topic. Its slug makes the List-Id, so it is stable for ever."""

    slug = models.SlugField(
        "URL name (slug)",
        max_length=60,
        unique=True,
        error_messages={"unique": "Another topic has this URL name."},
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*\Z", "Use lower-case letters, numbers and single hyphens."
            )
        ],
        help_text="Used in links, email headers and commands. You can’t change it later.",
    )
    name = models.CharField(max_length=100)
    description = models.CharField(
        max_length=300, blank=True, help_text="One sentence, shown on the sign-up page."
    )
    is_public = models.BooleanField(
        "public",
        default=True,
        help_text=(
            "Show this topic on the sign-up page, and its emails under “Past emails”. Emails sent "
            "while it is not public stay hidden. Changing this can turn approved and scheduled "
            "campaigns of this topic into drafts, which need a new approval."
        ),
    )
    is_moderated = models.BooleanField(
        "moderated",
        default=False,
        help_text=(
            "This version can’t accept or decline requests yet. Nobody can subscribe to a "
            "moderated topic; only an import can add people to it."
        ),
    )
    is_restricted = models.BooleanField(
        "need-to-know",
        default=False,
        db_default=False,
        help_text=(
            "Only staff who are granted this topic see it and what belongs to it. It can’t be "
            "public. Whoever ticks this box is granted it for a year."
        ),
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Topics with smaller numbers come first on the sign-up page."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(is_restricted=True, is_public=True),
                name="topic_restricted_is_not_public",
                violation_error_message=RESTRICTED_AND_PUBLIC,
            )
        ]

    def __str__(self) -> str:
        return self.name
