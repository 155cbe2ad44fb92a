"""The brand of this installation."""

import pytest

from newsletter.brand.current import current_brand
from newsletter.models import Brand


def test_it_is_the_one_that_is_saved(brand: Brand) -> None:
    assert current_brand() == brand


@pytest.mark.django_db
def test_before_there_is_one_it_has_a_name_and_no_address_to_send_from() -> None:
    brand = current_brand()

    assert brand.name == "Convene"
    assert brand.sender_email == ""
    assert not Brand.objects.exists()
