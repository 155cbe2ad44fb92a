"""The check of the brand."""

import pytest

from newsletter.models import Brand
from tests.campaigns.reports.diagnostics.findings import to_mend

pytestmark = pytest.mark.django_db


def test_an_incomplete_brand_is_named(brand: Brand) -> None:
    Brand.objects.update(postal_address=" ")
    assert "postal address" in to_mend("brand")
