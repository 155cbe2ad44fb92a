"""A link of a sent email whose openings are counted together."""

from django.db import models

from campaigns.models.campaign import Campaign


class CountedLink(models.Model):
    """One link of a campaign: where it leads, and how often it was opened by all readers together.

    `retention`: as long as its campaign, in whose emails the address stands. It names nobody: no
    time, network or program of an opening is kept.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="counted_links")
    token = models.CharField(max_length=22, unique=True, help_text="In the address of the link.")
    url = models.TextField(help_text="Where it leads.")
    languages = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="The contents that hold it.",
    )
    opened = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often a browser opened it, as far as can be told."
    )
    by_programs = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How often something opened it that didn’t show itself as a person’s browser.",
    )

    told = models.PositiveIntegerField(
        null=True, help_text="What reports tell of `opened`. Empty: nothing yet."
    )
    told_by_programs = models.PositiveIntegerField(null=True, help_text="Likewise.")
    told_at = models.DateTimeField(null=True, help_text="When they were told last.")

    def __str__(self) -> str:
        return self.url
