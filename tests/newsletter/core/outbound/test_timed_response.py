"""The time limit of an answer as a whole, for one that drips and for a process that stood still."""

import socket
from collections.abc import Iterator

import pytest

from newsletter.core.outbound.timed_response import TimedResponse

PAST = 1e-6
"""Seconds: a time limit that has passed when the first byte is read."""


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_an_answer_that_lies_here_when_the_time_is_over_is_read(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    body = b"x" * 50_000
    theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    ours.settimeout(PAST)

    response = TimedResponse(ours)
    response.begin()

    assert (response.status, response.read()) == (200, body)


def test_what_has_not_come_when_the_time_is_over_is_not_waited_for(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal")
    ours.settimeout(PAST)

    response = TimedResponse(ours)
    response.begin()

    with pytest.raises(TimeoutError):
        response.read()
