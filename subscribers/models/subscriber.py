"""A person whom we may write to."""

from django.db import models
from django.db.models import Q
from django_countries.fields import CountryField

from subscribers.greeting import MAXIMUM_SALUTATION, Greeting


class Subscriber(models.Model):
    """One person, known by one address.

    A record that was merged into another of the same person stays for what leads to it: links in
    old mail, and deliveries.

    `retention`: deleted with the last unconfirmed subscription after KEEP_UNCONFIRMED, and on
    erasure; otherwise kept, also after the person has left every topic. One that was merged goes
    with the record that stayed.
    """

    email = models.CharField(
        "email address", max_length=320, help_text="As parse_address returned it: domain in ASCII."
    )
    digest = models.CharField(max_length=64, help_text="Keyed digest of the address.")
    domain = models.CharField(
        max_length=255, help_text="Of the address; sending spreads over domains."
    )
    full_name = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(
        max_length=100, blank=True, help_text="Used to greet the person. Empty if unknown."
    )
    greeting = models.CharField(
        "how to greet",
        max_length=10,
        choices=Greeting.choices,
        blank=True,
        db_default="",
        default="",
        help_text="How this person wants to be greeted in email. Empty if they haven’t said.",
    )
    salutation = models.CharField(
        "own words",
        max_length=MAXIMUM_SALUTATION,
        blank=True,
        db_default="",
        default="",
        help_text="Such as “Senator Okoro”. Used if the person is greeted in their own words.",
    )
    language = models.CharField(
        "language code",
        max_length=12,
        default="en",
        help_text="Emails not written in it are sent in the campaign’s own.",
    )
    country = CountryField(blank=True, blank_label="Unknown")
    time_zone = models.CharField(
        max_length=64, blank=True, help_text="Event times are shown in this time zone."
    )
    # Its column keeps the name from before, so that the release before goes on reading and writing.
    institution = models.CharField(
        max_length=200,
        blank=True,
        db_column="organisation",
        help_text="The parliament, ministry or organisation that this person belongs to.",
    )
    address_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text=("When the address was changed. Links sent before no longer work."),
    )
    paused_until = models.DateTimeField(
        "paused until (UTC)",
        null=True,
        blank=True,
        help_text="This person asked for no campaigns before then.",
    )
    paused_at = models.DateTimeField(
        null=True, blank=True, help_text="When they asked for that. Empty without a pause."
    )
    discreet_since = models.DateTimeField(
        "discreet since (UTC)",
        null=True,
        blank=True,
        help_text="This person asked for email that names neither them nor us.",
    )
    died_on = models.DateField(
        "date of death",
        null=True,
        blank=True,
        help_text="Where staff recorded a death and know the day. A suppression says the rest.",
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="merged_records",
        db_index=False,
        help_text="The record of the same person that stays. It gets what this one would get.",
    )
    created_at = models.DateTimeField("added (UTC)", auto_now_add=True)
    updated_at = models.DateTimeField("last changed (UTC)", auto_now=True)

    class Meta:
        constraints = [
            # Not unique=True, with which Django makes a second index on PostgreSQL, for LIKE:
            # digests are only ever compared whole.
            models.UniqueConstraint(fields=["digest"], name="one_subscriber_per_digest"),
        ]
        indexes = [
            models.Index(fields=["email"], name="subscriber_email"),
            models.Index(fields=["country", "id"], name="subscriber_country"),
            models.Index(fields=["institution", "id"], name="subscriber_institution"),
            # Of the few who have paused, for the clock.
            models.Index(
                fields=["paused_until"],
                condition=Q(paused_until__isnull=False),
                name="subscriber_paused",
            ),
            # Of the few in discreet mode, for doctor and the dashboard.
            models.Index(
                fields=["discreet_since"],
                condition=Q(discreet_since__isnull=False),
                name="subscriber_discreet",
            ),
            # Of the few that were merged into another.
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="subscriber_merged",
            ),
        ]

    def __str__(self) -> str:
        return self.email
