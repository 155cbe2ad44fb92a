"""Saving the brand. A new sender is announced, because people have approved the earlier one."""

from django.db import transaction

from newsletter.models import THE_BRAND, Brand
from newsletter.signals import sender_changed


@transaction.atomic
def save_brand(brand: Brand) -> list[str]:
    """Save the brand of this installation, and announce its sender identity if that is new.

    Returns:
        What followed from a new sender, in sentences for staff.
    """
    before = Brand.objects.select_for_update().filter(pk=THE_BRAND).first()
    brand.pk = THE_BRAND
    brand.save()
    if before is None or before.sender == brand.sender:
        return []
    return [answer for _, answer in sender_changed.send(sender=save_brand) if answer]
