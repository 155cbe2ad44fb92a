"""How a person is greeted: as they have asked, in the place of either name, or by no name."""

import pytest

from subscribers.greeting import Greeting, names_in_email
from subscribers.models import Subscriber


@pytest.mark.parametrize(
    ("greeting", "names"),
    [
        ("", ("Ada", "Ada Lovelace")),
        (Greeting.GIVEN_NAME, ("Ada", "Ada")),
        (Greeting.FULL_NAME, ("Ada Lovelace", "Ada Lovelace")),
        (Greeting.SALUTATION, ("Countess Lovelace", "Countess Lovelace")),
        (Greeting.NO_NAME, ("", "")),
        ("something later", ("", "")),
    ],
)
def test_a_person_is_called_as_they_asked(greeting: str, names: tuple[str, str]) -> None:
    ada = Subscriber(
        given_name="Ada",
        full_name="Ada Lovelace",
        greeting=greeting,
        salutation="Countess Lovelace",
    )
    assert names_in_email(ada) == names


def test_what_is_not_known_leaves_the_place_to_the_fallback() -> None:
    for greeting in ["", *Greeting.values]:
        assert names_in_email(Subscriber(greeting=greeting)) == ("", "")
