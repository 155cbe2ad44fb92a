"""A DNS server on loopback that knows a few names."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

type Answers = Mapping[str, Sequence[Sequence[str]]]
"""Name → the addresses of its first answer, its second, and so on; the last is for all others."""
type Others = Mapping[tuple[str, str], Sequence[str]]
"""Name and kind, such as TXT, → records as a zone file has them."""
ROOT = "the root"
"""Among the names of a server that knows the internet."""
_TYPES = {4: dns.rdatatype.A, 6: dns.rdatatype.AAAA}


@contextmanager
def serve(
    names: Answers, asked: list[str] | None = None, *, others: Others | None = None
) -> Iterator[dns.resolver.Resolver]:
    """Serve names, and yield a resolver that asks for them.

    Args:
        asked: is filled with the names that addresses of IPv4 were asked of.
        others: records that are no addresses; it may be changed meanwhile.
    """
    asked = [] if asked is None else asked
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            wire, client = server.recvfrom(4096)
            if not wire:
                return
            server.sendto(_answer(dns.message.from_wire(wire), names, asked, others or {}), client)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.getsockname()[1]
    try:
        yield resolver
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", server.getsockname())
        thread.join()
        server.close()


def _answer(query: dns.message.Message, names: Answers, asked: list[str], others: Others) -> bytes:
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True)
    response = dns.message.make_response(query)
    if question.name == dns.name.root and ROOT in names:
        response.answer.append(dns.rrset.from_text(".", 0, "IN", "NS", "a.root-servers.net."))
        return response.to_wire()
    kind = dns.rdatatype.to_text(question.rdtype)
    if found := others.get((name, kind)):
        response.answer.append(dns.rrset.from_text(question.name, 0, "IN", kind, *found))
        # A key is longer than a datagram. Cut, it would be asked for by TCP.
        return response.to_wire(max_size=4096)
    if name not in names and name not in {each for each, _ in others}:
        response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()
    if question.rdtype == dns.rdatatype.A:
        asked.append(name)
    turn = max(asked.count(name) - (question.rdtype == dns.rdatatype.A), 0)
    answers = names.get(name, [[]])
    found = answers[min(turn, len(answers) - 1)]
    texts = [each for each in found if _TYPES[ip_address(each).version] == question.rdtype]
    if texts:
        response.answer.append(dns.rrset.from_text(question.name, 0, "IN", kind, *texts))
    return response.to_wire()
