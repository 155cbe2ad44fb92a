"""The processes that run, as each of them says."""

from django.db import models


class ProcessKind(models.TextChoices):
    """A kind of process."""

    WEB = "web", "web"
    WORKER = "worker", "worker"
    SENDER = "sender", "sender"
    CLOCK = "clock", "clock"


class RunningProcess(models.Model):
    """One process, which says every few seconds that it runs.

    It says so, too, when it ends. Its row is deleted when another takes its place, or by the clock
    after a day. All moments are by the database's clock.
    """

    key = models.CharField(max_length=32, unique=True, help_text="Of this life of the process.")
    host = models.CharField(max_length=255, db_default="")
    kind = models.CharField(max_length=20, choices=ProcessKind)
    queues = models.CharField(
        max_length=200, blank=True, db_default="", help_text="What a worker takes, by commas."
    )
    pid = models.PositiveIntegerField(db_default=0)
    version = models.CharField(max_length=80, db_default="")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    worked_at = models.DateTimeField(
        help_text="When it last ended a piece of work; at first, when it started."
    )
    busy_since = models.DateTimeField(null=True, help_text="Since when it is at a piece of work.")
    ended_at = models.DateTimeField(null=True, help_text="When it ended as it should.")
    ahead_by = models.FloatField(
        db_default=0.0, help_text="Seconds by which the host’s clock is ahead of the database’s."
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.pid} on {self.host}"

    @property
    def queue_names(self) -> list[str]:
        return [name for name in self.queues.split(",") if name]
