"""Requests for a link to a new password, kept until a worker handles them."""

from django.db import models


class PasswordRequest(models.Model):
    """One filled-in form of somebody who has forgotten a password.

    The request only stores it, with the same statements for every address, so neither the answer
    nor its time tells whether an account has the address.

    `retention`: deleted as soon as it has been handled, otherwise after KEEP_FORM_SUBMISSIONS.
    """

    email = models.CharField(max_length=320, help_text="As parse_address returned it.")
    network = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"request {self.pk}"
