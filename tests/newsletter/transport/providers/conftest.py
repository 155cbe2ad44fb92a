"""The provider `name`, which both streams use."""

from collections.abc import Iterator

import pytest

from newsletter.transport.connections.transmit import close_all
from tests.fakes import provider as fake
from tests.fakes.provider import Provider
from tests.newsletter.transport.conftest import UseMailer
from tests.newsletter.transport.providers.conversation import ACCEPTED, URLS


@pytest.fixture
def provider(name: str, use_mailer: UseMailer) -> Iterator[Provider]:
    with fake.running(Provider(otherwise=ACCEPTED[name])) as running:
        use_mailer(URLS[name].format(url=running.url))
        yield running
        close_all()
