"""GET, HEAD and OPTIONS change nothing, whoever asks.

Mail scanners open every link, some with a browser of their own.
"""

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from tests.architecture.conftest import Installation
from tests.architecture.rows import all_rows, changed


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("who", ["visitor", "staff"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_any_address_changes_no_row(
    method: str,
    who: str,
    installation: Installation,
    request: pytest.FixtureRequest,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client: Client = request.getfixturevalue(who)
    before = all_rows()
    wrong = []
    with django_capture_on_commit_callbacks() as callbacks:
        for address in installation.addresses:
            answer = getattr(client, method)(address.path)
            after = all_rows()
            if tables := changed(before, after):
                wrong.append(f"{address} changed {', '.join(tables)}")
            if answer.status_code >= 500:
                wrong.append(f"{address} answered {answer.status_code}")
            before = after
    assert not wrong
    assert not callbacks, "reading woke a worker"
