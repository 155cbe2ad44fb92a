import pytest
from django.utils.translation import override

from newsletter.core.addresses import BadAddress, parse_address

WRONG = [
    "nobody", "@example.org", "nobody@", "a..b@example.org", "a@example", "a@exa mple.org",
    "a b@example.org", "Ada <ada@example.org>", "a@[127.0.0.1]", "a@xn--.org",
    "x" * 65 + "@example.org", "a@example.org\ufffd", "x" * 300 + "@example.org",
]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "es", "ro", "uk", "ar"])
@pytest.mark.parametrize("address", WRONG)
def test_a_complaint_about_an_address_is_in_the_language_of_the_page(
    language: str, address: str
) -> None:
    with pytest.raises(BadAddress) as english:
        parse_address(address)
    with override(language), pytest.raises(BadAddress) as told:
        parse_address(address)
    assert str(told.value)
    assert str(told.value) != str(english.value)
    assert "email" not in str(told.value).replace("example", "")
