"""Lines of the log."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from newsletter.models import Brand


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The text that the handler of all processes writes."""
    handler = next(handler for handler in logging.getLogger().handlers if handler.name == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_that_is_refused_for_its_size_costs_one_line(
    client: Client, brand: Brand, log: io.StringIO, content_type: str
) -> None:
    assert (
        client.generic(
            "POST", "/subscribe/", "x" * 3_000_000, content_type=content_type
        ).status_code
        == 400
    )
    assert len(log.getvalue().splitlines()) == 1
    assert "DATA_UPLOAD_MAX_MEMORY_SIZE" in log.getvalue()


def test_a_fault_of_ours_keeps_its_traceback(log: io.StringIO) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception(
            "Internal Server Error: /", extra={"status_code": 500}
        )
    assert "Traceback" in log.getvalue()
