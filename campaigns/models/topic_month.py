"""The numbers of a topic, month by month."""

from django.db import models

from subscribers.models import Topic


class TopicMonth(models.Model):
    """One month (UTC) of a topic in numbers: growth, emails, and answers to its events.

    A worker counts it (`campaigns.reports.months`), anew while the month is open, so that no page
    reads a million rows. Once a month is closed its numbers stay as they are, whatever is erased
    or forgotten later: they are kept for good, and say nothing of anybody.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="Its first day.")
    joined = models.PositiveIntegerField(default=0, db_default=0)
    left = models.PositiveIntegerField(default=0, db_default=0)
    subscribed = models.PositiveIntegerField(
        default=0, db_default=0, help_text="At the month’s end, or when it was counted last."
    )
    campaigns = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Campaigns that were launched in it."
    )
    emails = models.PositiveBigIntegerField(
        default=0,
        db_default=0,
        help_text="Of these, of which the provider reported what became, as the guard counts.",
    )
    bounced = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Mailbox doesn’t exist, or refused by its provider."
    )
    complained = models.PositiveIntegerField(default=0, db_default=0)
    unsubscribed = models.PositiveIntegerField(
        default=0, db_default=0, help_text="By a link of these emails."
    )
    events = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Events that took place in it."
    )
    invited = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Emails of the largest campaign about each."
    )
    said_yes = models.PositiveIntegerField(default=0, db_default=0)
    said_no = models.PositiveIntegerField(default=0, db_default=0)
    said_else = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Maybe, or somebody else in their place."
    )
    came = models.PositiveIntegerField(default=0, db_default=0)
    has_few_answers = models.BooleanField(
        default=False,
        db_default=False,
        help_text="At one of the events, so few gave an answer that its page doesn’t tell all.",
    )
    counted_at = models.DateTimeField("counted (UTC)")
    beside = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="The newest consent records beside which growth was counted, and its time.",
    )

    class Meta:
        ordering = ["month", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "month"], name="one_month_per_topic")
        ]
        indexes = [models.Index(fields=["month"], name="topic_month")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.month:%Y-%m}"
