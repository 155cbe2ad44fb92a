"""Topics: what one can follow; a mailing list."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from subscribers.local_texts import TextKind, text_in
from subscribers.states import ArchiveAccess

TOPIC_TEXTS = {
    "name": TextKind("Name", longest=100),
    "description": TextKind("Description", longest=300, rows=3),
    "consent": TextKind("Consent wording", longest=1000, rows=3),
}
"""The texts of a topic that may be given in each language."""

RESTRICTED_AND_PUBLIC = "A need-to-know topic can’t be public. Clear one of the two boxes."
UNLISTED_AND_SHOWN = (
    "An unlisted topic can’t be public or need-to-know at the same time. Clear one of the boxes."
)

SHARE = (
    MinValueValidator(Decimal("0.01"), "Enter a share from 0.01 to 100 per cent."),
    MaxValueValidator(Decimal(100), "Enter a share from 0.01 to 100 per cent."),
)


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
    consent = models.TextField(
        "consent wording",
        max_length=TOPIC_TEXTS["consent"].longest,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "The words people agree to when they subscribe to this topic alone. Leave it empty for "
            "our own: “I agree to receive email from … about …. I can unsubscribe at any time.”"
        ),
    )
    texts = models.JSONField(
        "other languages",
        blank=True,
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text=(
            "Shown to people who read our pages and emails in that language. Where a text is "
            "missing, they see the one above."
        ),
    )
    """By language, then by text: {"uk": {"name": "…"}}. What is missing is that of the columns."""
    is_public = models.BooleanField(
        "public",
        default=True,
        help_text=(
            "Show this topic on the sign-up page, and its emails under “Past emails”. Emails sent "
            "to anybody while it is not public stay hidden. Changing this can turn approved and "
            "scheduled campaigns of this topic into drafts, which need a new approval."
        ),
    )
    is_unlisted = models.BooleanField(
        "unlisted",
        default=False,
        db_default=False,
        help_text=(
            "People who have the link to this topic can subscribe, and nobody else sees it. Its "
            "emails don’t appear under “Past emails”. A topic that is neither public nor unlisted "
            "is by invitation: staff invite an address, or import people."
        ),
    )
    is_moderated = models.BooleanField(
        "moderated",
        default=False,
        help_text=(
            "People apply to join with a form at /join/, and staff accept or decline them under "
            "“Applications”."
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
    archive_access = models.CharField(
        "past emails",
        max_length=11,
        choices=ArchiveAccess.choices,
        default=ArchiveAccess.PUBLIC,
        db_default=ArchiveAccess.PUBLIC.value,
        help_text=(
            "Who can read an email of this topic on our pages once it is sent, unless its campaign "
            "says otherwise. If the topic is not public, “anybody” means nobody, and emails of a "
            "need-to-know topic are never shown. Changing this can turn approved and scheduled "
            "campaigns into drafts."
        ),
    )
    guard_complaints = models.DecimalField(
        "reported as spam (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=SHARE,
        help_text=(
            "Sending is paused when more recipients than this reported the email as spam, and at "
            "least 3 did. Gmail and Yahoo demand less than 0.3 %."
        ),
    )
    guard_bounces = models.DecimalField(
        "bounced (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=SHARE,
        help_text=(
            "Sending is paused when this many emails came back because the mailbox does not exist "
            "or an email provider refuses us. Amazon SES may stop senders at 10 %."
        ),
    )
    guard_failures = models.DecimalField(
        "failed (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=SHARE,
        help_text=(
            "Sending is paused when this many emails failed: they were refused at once, or after "
            "the last attempt."
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
            ),
            models.CheckConstraint(
                condition=Q(is_unlisted=False) | Q(is_public=False, is_restricted=False),
                name="topic_unlisted_is_nothing_else",
                violation_error_message=UNLISTED_AND_SHOWN,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def visibility(self) -> str:
        """Return who can find it, in words for staff."""
        if self.is_public:
            return "Public"
        return "Unlisted" if self.is_unlisted else "By invitation"

    @property
    def is_offered(self) -> bool:
        """Return whether anybody may choose it on a form, without a link and an application."""
        return self.is_public and not self.is_restricted and not self.is_moderated

    @property
    def local_name(self) -> str:
        """Return the name in the active language, which is that of the page or the email."""
        return self.text_in(get_language() or "", "name")

    @property
    def local_description(self) -> str:
        return self.text_in(get_language() or "", "description")

    @property
    def local_consent(self) -> str:
        """Return the consent wording in the active language; empty where the topic has none."""
        return self.text_in(get_language() or "", "consent")

    def text_in(self, language: str, text: str) -> str:
        """Return a text of the topic in a language, or in that of the columns.

        Args:
            language: a BCP 47 tag. A variety, such as es-mx, is served by its bare language.
            text: a key of TOPIC_TEXTS.
        """
        return text_in(self, language, text)
