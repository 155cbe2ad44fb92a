"""Who guesses a password waits, its owner doesn't, and nobody learns which accounts exist."""

from collections.abc import Iterable

import pytest
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE
from newsletter.models import AuditEntry
from staff.sign_in.known_device import device_cookie
from staff.sign_in.password_limits import (
    PER_DEVICE,
    PER_NAME,
    PER_NAME_AND_NETWORK,
    PER_NAME_AND_NETWORK_UNDER_ATTACK,
    PER_NETWORK,
    SignInAttempt,
    sign_in_attempt,
)
from tests.samples import BRAND

LOGIN = "/staff/login/"
PASSWORD = "correct horse battery staple"
HOME, CAFE = "198.51.100.1", "192.0.2.1"
FEW = PER_NAME_AND_NETWORK[0].amount

pytestmark = [pytest.mark.usefixtures("sam", "brand"), pytest.mark.services]


def sign_in(
    name: str = "sam",
    password: str = PASSWORD,
    *,
    address: str = CAFE,
    client: Client | None = None,
) -> HttpResponseBase:
    return (client or Client()).post(
        LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address
    )


def guess(
    times: int,
    name: str = "sam",
    *,
    addresses: Iterable[str] = (CAFE,),
    client: Client | None = None,
) -> None:
    """Guess as often as that, from each address in turn.

    After a few guesses the page is left out, because it would take a minute.
    """
    places = list(addresses)
    for number in range(times):
        address = places[number % len(places)]
        if number < FEW or client:
            sign_in(name, "wrong", address=address, client=client)
        elif not (attempt := attempt_of(name, address)).seconds_to_wait():
            attempt.failed()


def attempt_of(name: str, address: str) -> SignInAttempt:
    return sign_in_attempt(
        name, username=name, account_id=None, environ={"REMOTE_ADDR": address}, cookies={}
    )


def is_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302


def must_wait(answer: HttpResponseBase) -> bool:
    words = (b"Too many attempts. Wait", b"There were too many attempts")
    return any(each in answer.getvalue() for each in words)


def test_who_guesses_waits_even_with_the_right_password() -> None:
    guess(FEW)
    assert must_wait(sign_in())
    assert must_wait(sign_in("SAM"))


def test_a_stranger_s_guesses_do_not_shut_the_owner_out() -> None:
    guess(50)
    assert is_in(sign_in(address=HOME))


def test_guesses_from_everywhere_do_not_shut_the_owner_out() -> None:
    guess(PER_NAME.amount + 20, addresses=[f"203.0.{number}.9" for number in range(100)])
    assert is_in(sign_in(address=HOME))


def test_guesses_from_everywhere_get_each_network_fewer() -> None:
    guess(PER_NAME.amount, addresses=[f"203.0.{number}.9" for number in range(100)])
    guess(PER_NAME_AND_NETWORK_UNDER_ATTACK[0].amount)
    assert must_wait(sign_in())


def test_a_device_that_has_signed_in_before_need_not_wait_for_others_of_its_network() -> None:
    office = Client()
    assert is_in(sign_in(client=office))
    office.post("/staff/logout/")
    guess(PER_NETWORK[0].amount + 10)
    guess(PER_NETWORK[0].amount + 10, "ria")
    assert must_wait(sign_in())
    assert is_in(sign_in(client=office))


def test_a_device_that_was_taken_guesses_no_faster() -> None:
    office = Client()
    sign_in(client=office)
    office.post("/staff/logout/")
    guess(PER_DEVICE[0].amount, client=office)
    assert must_wait(sign_in(client=office))
    assert must_wait(sign_in(client=office, address="203.0.113.5"))


def test_a_device_is_known_for_the_account_that_signed_in_alone() -> None:
    ria = User.objects.create_superuser("ria", password=PASSWORD)
    office = Client()
    sign_in(client=office)
    office.post("/staff/logout/")
    [cookie] = [morsel for name, morsel in office.cookies.items() if name.startswith("device-")]
    name_of_rias, _ = device_cookie("ria", ria.pk)
    office.cookies[name_of_rias] = cookie.value
    guess(FEW, "ria")
    assert must_wait(sign_in("ria", client=office))


@pytest.mark.parametrize("forge", ["", "x", "a:b:c", "{value}x", "é", "x" * 5000])
def test_a_made_up_device_is_none(forge: str) -> None:
    client = Client()
    name, value = device_cookie("sam", User.objects.get(username="sam").pk)
    client.cookies[name] = forge.format(value=value)
    guess(FEW)
    assert must_wait(sign_in(client=client))


def test_the_cookie_of_a_device_is_for_the_sign_in_page_and_out_of_reach_of_scripts() -> None:
    client = Client()
    sign_in(client=client)
    [cookie] = [morsel for name, morsel in client.cookies.items() if name.startswith("device-")]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (LOGIN, True, "Lax")
    assert int(cookie["max-age"]) == 400 * 24 * 3600
    assert "sam" not in cookie.key + cookie.value


def test_no_device_is_remembered_after_a_wrong_password() -> None:
    client = Client()
    sign_in(password="wrong", client=client)
    assert not [name for name in client.cookies if name.startswith("device-")]


def test_ten_thousand_guesses_from_500_networks_get_few_tries_and_leave_the_owner_a_way_in() -> (
    None
):
    tried = 0
    for number in range(10_000):
        address = f"203.{number % 500 // 250}.{number % 250}.9"
        attempt = attempt_of("sam", address)
        if not attempt.seconds_to_wait():
            tried += 1
            attempt.failed()
    under_attack = PER_NAME_AND_NETWORK_UNDER_ATTACK[0].amount
    assert tried <= PER_NAME.amount + 500 * under_attack
    assert is_in(sign_in(address=HOME))


def test_refusals_are_recorded_once_and_not_each() -> None:
    guess(FEW)
    for _ in range(20):
        assert must_wait(sign_in())
    codes = AuditEntry.objects.values_list("action", flat=True)
    assert list(codes).count("account.sign_in_failed") == FEW
    assert list(codes).count("account.sign_in_slowed") == 1


def test_who_goes_on_gets_a_short_page_with_nothing_of_the_request() -> None:
    guess(FEW)
    first = sign_in()
    pages = [sign_in(password="<b>", client=Client(headers={"Cookie": "a=b"})) for _ in range(2)]
    for page in (first, *pages):
        assert must_wait(page) or b"Wait 1 minute, then try again" in page.getvalue()
        assert page.status_code == 429
        assert 0 < int(page["Retry-After"]) <= 60
    assert b"csrfmiddlewaretoken" in first.getvalue()
    assert pages[0].getvalue() == pages[1].getvalue()
    assert BRAND["name"].encode() in pages[0].getvalue()
    for text in (b"csrf", b"sam", b"<b>", b"Content-Security-Policy"):
        assert text not in pages[0].getvalue()
    assert pages[0]["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "no-store" in pages[0]["Cache-Control"]


def test_whoever_is_signed_in_never_makes_the_page_that_strangers_get() -> None:
    office = Client()
    sign_in(client=office)
    guess(FEW + 2, "ria")
    assert b"csrfmiddlewaretoken" in sign_in("ria", "wrong", client=office).getvalue()


def test_waiting_does_not_tell_that_a_name_and_an_address_are_one_account() -> None:
    for address in ("sam@example.org", "nobody@example.org"):
        guess(FEW, address)
        assert must_wait(sign_in(address, "wrong"))
    assert not must_wait(sign_in("sam", "wrong"))
    assert not must_wait(sign_in("nobody", "wrong"))


def test_an_address_is_counted_in_whatever_letters_the_database_takes_for_it() -> None:
    typed = ("iris@example.org", "IRIS@example.org", "ırıſ@example.org")
    assert len({attempt_of(each, CAFE).name for each in typed}) == 1


def test_a_known_device_is_known_by_the_address_of_its_account_too() -> None:
    office = Client()
    assert is_in(sign_in("sam@example.org", client=office))
    office.post("/staff/logout/")
    guess(FEW, "sam@example.org")
    assert must_wait(sign_in("sam@example.org"))
    assert is_in(sign_in("SAM@example.org", client=office))


def test_a_network_that_types_ever_new_names_is_told_of_once() -> None:
    for number in range(PER_NETWORK[0].amount):
        attempt_of(f"guess{number}", CAFE).failed()
    for number in range(30):
        assert must_wait(sign_in(f"name{number}", "wrong"))
    codes = AuditEntry.objects.values_list("action", flat=True)
    assert list(codes).count("account.sign_in_slowed") == 1


def test_one_network_can_not_try_every_account() -> None:
    for number in range(PER_NETWORK[0].amount):
        attempt_of(f"guess{number}", CAFE).failed()
    assert must_wait(sign_in(address="192.0.2.200"))


def test_colleagues_of_one_network_sign_in_one_after_the_other() -> None:
    """Only wrong passwords count against a network."""
    for _ in range(PER_NETWORK[0].amount + 5):
        assert is_in(sign_in())


def test_a_slip_is_forgotten_once_the_right_password_came() -> None:
    for _ in range(3):
        guess(FEW - 1)
        assert is_in(sign_in())


@pytest.mark.parametrize("name", ["sam", "nobody", "gone"])
def test_waiting_says_nothing_about_who_has_an_account(name: str) -> None:
    User.objects.create_user("gone", password=PASSWORD, is_active=False, is_staff=True)
    said = []
    for number in range(FEW + 1):
        answer = sign_in(name, f"wrong {number}")
        said.append((answer.status_code, must_wait(answer)))
    assert said == [(200, False)] * FEW + [(429, True)]


def test_a_header_that_anybody_can_write_buys_no_more_guesses() -> None:
    client = Client()
    for number in range(FEW):
        headers = {"X-Forwarded-For": f"203.0.{number}.9"}
        client.post(
            LOGIN,
            {"username": "sam", "password": "wrong"},
            REMOTE_ADDR="127.0.0.1",
            headers=headers,
        )
    assert must_wait(sign_in(address="127.0.0.1"))


def test_behind_our_proxy_visitors_are_told_apart() -> None:
    client = Client()
    said = {"username": "sam", "password": "wrong"}
    for _ in range(FEW + 1):
        headers = {"Host": "localhost", "X-Forwarded-For": CAFE}
        client.post(
            LOGIN, said, REMOTE_ADDR="127.0.0.1", SERVER_NAME=PROXY_ENTRANCE, headers=headers
        )
    answer = client.post(
        LOGIN,
        {"username": "sam", "password": PASSWORD},
        REMOTE_ADDR="127.0.0.1",
        SERVER_NAME=PROXY_ENTRANCE,
        headers={"Host": "localhost", "X-Forwarded-For": HOME},
    )
    assert answer.status_code == 302


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_guesses_are_counted_without_redis(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    guess(FEW)
    assert must_wait(sign_in())


def test_a_device_is_not_known_for_another_account_that_has_the_username_since() -> None:
    office = Client()
    assert is_in(sign_in(client=office))
    office.post("/staff/logout/")
    User.objects.filter(username="sam").update(username="samira")
    User.objects.create_superuser("sam", password=PASSWORD)
    guess(FEW)
    assert must_wait(sign_in(client=office))


def test_by_both_names_of_an_account_twice_as_many_guesses_are_looked_at_and_no_more() -> None:
    """To count by account would tell that a name and an address are one account's."""
    tried = 0
    for number in range(10_000):
        address = f"203.{number % 500 // 250}.{number % 250}.9"
        attempt = attempt_of("sam" if number % 1000 < 500 else "sam@example.org", address)
        if not attempt.seconds_to_wait():
            tried += 1
            attempt.failed()
    under_attack = PER_NAME_AND_NETWORK_UNDER_ATTACK[0].amount
    assert tried <= 2 * (PER_NAME.amount + 500 * under_attack)
