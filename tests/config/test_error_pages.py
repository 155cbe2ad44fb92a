import pytest
from django.test import Client

from newsletter.models import Brand


@pytest.mark.django_db
def test_a_form_that_was_open_too_long_is_refused_in_words(brand: Brand) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/staff/login/", {"username": "sam", "password": "guess"}
    )

    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()
    assert brand.name in answer.content.decode()
