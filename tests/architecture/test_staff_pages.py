"""Each staff URL refuses the anonymous and the unprivileged."""

import pytest
from django.test import Client

from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation
from tests.architecture.rows import all_rows, changed

OPEN_TO_ALL = {"admin:login"}
OPEN_TO_STAFF = OPEN_TO_ALL | {
    "admin:index",
    "admin:jsi18n",
    "admin:search",
    "admin:password_change",
    "admin:password_change_done",
}
"""URLs for staff without a permission, none of which shows or changes a row of ours.

The search finds only what one may see, which is nothing.
"""
NOT_WALKED = {"admin:logout"}
"""URLs that would sign the test's browser out."""
METHODS = ("get", "post")


@pytest.mark.parametrize("who", ["visitor", "unprivileged"])
def test_every_staff_address_sends_those_who_are_not_staff_to_the_sign_in_page(
    who: str, installation: Installation, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)
    before = all_rows()
    wrong = []
    for address in _staff(installation):
        for method in METHODS:
            answer = getattr(client, method)(address.path)
            refused = answer.status_code in (302, 403) and (
                "/login/" in answer.get("Location", "/login/") or address.name == "admin:logout"
            )
            if address.name not in OPEN_TO_ALL and not refused:
                wrong.append(
                    f"{method} {address}: {answer.status_code} {answer.get('Location', '')}"
                )
    assert not wrong
    assert not changed(before, all_rows())


def test_every_staff_address_refuses_staff_without_a_permission(
    installation: Installation, new_staff: Client
) -> None:
    before = all_rows()
    wrong = []
    for address in _staff(installation):
        for method in METHODS:
            answer = getattr(new_staff, method)(address.path)
            # 404: an app none of whose models one may see; 405: no method of that address. The
            # short address of a row leads to the one where it may be changed, which is walked, too.
            leads_on = answer.get("Location") == f"{address.path}change/"
            if (
                address.name not in OPEN_TO_STAFF
                and answer.status_code not in (403, 404, 405)
                and not leads_on
            ):
                wrong.append(
                    f"{method} {address}: {answer.status_code} {answer.get('Location', '')}"
                )
    assert not wrong
    assert not changed(before, all_rows())


def test_every_staff_page_opens_for_one_who_may_do_everything(
    installation: Installation, staff: Client
) -> None:
    """Without this, the refusals above would prove nothing."""
    answers = {
        str(address): staff.get(address.path).status_code for address in _staff(installation)
    }
    assert sum(status == 200 for status in answers.values()) > len(answers) / 2
    assert not {path: status for path, status in answers.items() if status >= 500}


def _staff(installation: Installation) -> list[Address]:
    return [
        address
        for address in installation.addresses
        if address.is_staff and address.name not in NOT_WALKED
    ]
