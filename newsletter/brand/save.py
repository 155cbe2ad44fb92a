"""Saving the brand.

A new sender is announced, and so are other social links, because people have approved the earlier
ones.
"""

from django.db import transaction

from newsletter.brand.neutral import is_ready
from newsletter.models import THE_BRAND, Brand
from newsletter.signals import neutral_sender_missing, sender_changed, social_links_changed


@transaction.atomic
def save_brand(brand: Brand) -> list[str]:
    """Save the brand of this installation, and announce its sender identity if that is new.

    Returns:
        What followed from a new sender, from other social links, or from a missing neutral sender,
        in sentences for staff.
    """
    before = Brand.objects.select_for_update().filter(pk=THE_BRAND).first()
    brand.pk = THE_BRAND
    brand.save()
    if before is None:
        return []
    answers = []
    if before.sender != brand.sender:
        answers += sender_changed.send(sender=save_brand)
    if before.social_links != brand.social_links:
        answers += social_links_changed.send(sender=save_brand)
    if not is_ready(brand):
        answers += neutral_sender_missing.send(sender=save_brand)
    return [answer for _, answer in answers if answer]
