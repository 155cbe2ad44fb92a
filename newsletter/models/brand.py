"""The brand: the sender identity, and what every footer must say."""

from django.core.validators import RegexValidator
from django.db import models

THE_BRAND = 1
"""The id of the brand's row. An installation has one brand."""


class Brand(models.Model):
    """The body that convenes people: its name, its sender identity, its look."""

    name = models.CharField(max_length=120, help_text="Shown at the top of each email and page.")
    short_name = models.CharField(
        max_length=30, blank=True, help_text="An abbreviation, if you use one."
    )
    sender_name = models.CharField(
        "sender name", max_length=120, help_text="The name in the From line."
    )
    sender_email = models.EmailField(
        "sender address",
        max_length=254,
        help_text="The address in the From line. Set up its domain at your email provider.",
    )
    reply_to = models.EmailField(
        "reply-to address",
        max_length=254,
        blank=True,
        help_text="Where replies go. If empty, replies go to the sender address.",
    )
    postal_address = models.TextField(
        blank=True, help_text="Shown at the end of every email. Nothing is sent without it."
    )
    website = models.URLField(blank=True, help_text="Shown at the end of every email.")
    contact_email = models.EmailField(
        "contact email address",
        max_length=254,
        blank=True,
        help_text="For questions about data protection. Shown on the public pages.",
    )
    tagline = models.CharField(
        max_length=200, blank=True, help_text="One sentence for the home page."
    )
    about = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text="Who you are, for the home page, by language.",
    )
    social_links = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="Your pages elsewhere, for the block “Social links” of emails.",
    )
    logo = models.ForeignKey(
        "newsletter.MediaImage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=(
            "From your images. Shown at the top of each email in place of the name, on white. "
            "Where images are not shown, people read the name."
        ),
    )
    header_image = models.ForeignKey(
        "newsletter.MediaImage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=(
            "From your images. Shown across the top of each campaign, as decoration. One of "
            "1200 × 300 pixels leaves room for the text."
        ),
    )
    colour = models.CharField(
        max_length=7,
        default="#1f3a5f",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Enter a colour code, such as #1f3a5f.")],
        help_text="For headings, buttons and lines. Choose one dark enough for white text.",
    )

    neutral_sender_email = models.EmailField(
        "neutral sender address",
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "The address in the From line of discreet email, at a domain that has nothing to do "
            "with you. Set up its domain at your email provider."
        ),
    )
    neutral_domain = models.CharField(
        "neutral link domain",
        max_length=253,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "The host name of all links in discreet email, such as notes.example.net. This server "
            "must answer to it: add it to ALLOWED_HOSTS."
        ),
    )
    neutral_return_path = models.EmailField(
        "neutral bounce address",
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "For email by SMTP: where bounces of discreet email go, if they end in the mailbox of "
            "BOUNCE_MAILBOX_URL. If empty, they go to the neutral sender address."
        ),
    )
    neutral_texts = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text="Sender name and subject of discreet email, by language.",
    )

    class Meta:
        verbose_name_plural = "brand"  # there is one
        constraints = [
            models.CheckConstraint(condition=models.Q(id=THE_BRAND), name="there_is_one_brand")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sender(self) -> tuple[str, str, str]:
        """The sender identity: name and address of the From line, and where replies go."""
        return self.sender_name, self.sender_email, self.reply_to

    @property
    def may_send(self) -> bool:
        """Return whether the footer would be complete.

        The law of most recipients' countries requires the postal address.
        """
        return bool(self.sender_email and self.postal_address.strip())
