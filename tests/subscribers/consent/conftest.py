"""Sign-ups, as the public forms make them."""

from collections.abc import Callable

import pytest

from newsletter.models import Brand
from subscribers.consent.subscribe import SignUp
from subscribers.models import Topic
from subscribers.states import ConsentMethod

type SignUpMaker = Callable[..., SignUp]


@pytest.fixture
def signing_up(brand: Brand, topic: Topic) -> SignUpMaker:
    def make(email: str = "eve@example.org", **changes: object) -> SignUp:
        given: dict[str, object] = {
            "topics": (topic,),
            "words": "Yes, write to me.",
            "method": ConsentMethod.FORM,
            **changes,
        }
        return SignUp(email=email, **given)  # type: ignore[arg-type]  # a test's shorthand

    return make
