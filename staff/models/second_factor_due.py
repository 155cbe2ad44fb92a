"""From when an account needs a second step to sign in."""

from datetime import datetime

from django.conf import settings
from django.db import models


class SecondFactorDue(models.Model):
    """An account that needs a second step, because of a role or a grant, and since when."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor_due"
    )
    since = models.DateTimeField()
    first_login = models.BooleanField(default=False, db_default=False)
    """The account that `bootstrap` made, which may go without where no email leaves."""

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since}"

    @property
    def due_at(self) -> datetime:
        """The end of the days in which the account may be used without a second step."""
        return self.since + settings.SECOND_FACTOR_GRACE
