"""A change of address that waits for the owner of the new one."""

from django.db import models

from subscribers.models.subscriber import Subscriber


class AddressChange(models.Model):
    """A new address of a subscriber, until its owner has pressed the button that was mailed there.

    Each request is a row of its own, because the link in that mail names it: a link must never
    speak for an address to which it was not sent.

    `retention`: deleted when the address was changed, with the subscriber, and after
    KEEP_FORM_SUBMISSIONS.
    """

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="address_changes"
    )
    email = models.CharField(max_length=320, help_text="As parse_address returned it.")
    digest = models.CharField(max_length=64, help_text="Keyed digest of that address.")
    network = models.CharField(
        max_length=45, blank=True, help_text="IPv4 /24 or IPv6 /48 that it was asked from."
    )
    asked_at = models.DateTimeField(auto_now_add=True, db_index=True)
    handled_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a worker had written to it, or found that it must not.",
    )

    def __str__(self) -> str:
        return f"Change {self.pk}"
