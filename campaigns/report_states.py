"""The states and kinds of reports."""

from django.db.models import TextChoices


class BreakdownKind(TextChoices):
    """The kinds of groups by which the recipients of a campaign are told apart."""

    COUNTRY = "country", "Country or body"
    LANGUAGE = "language", "Language"
    DOMAIN = "domain", "Mail domain"
