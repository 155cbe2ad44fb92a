"""The network of a history whose hosts are in network namespaces of their own.

PostgreSQL and Redis stand beside the first host. Each host has a wire to either, by a bridge of the
machine that plays the drill. A wire that is cut swallows what is sent, without a word to either
end, as a switch does that has lost its power. The provider listens on each host's loopback
(tests.drills.provider), and is never cut off.

It needs root and Debian's iproute2. What a drill that was killed has left is removed by the next.
"""

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

SUBNET = "198.18"
"""Of RFC 2544's addresses for measurements, which nobody's network uses."""
ADDRESSES = f"{SUBNET}.0.0/16"
_PREFIX, _MARK = "cvdr", "convene-drill"
_NAMESPACES, _INTERFACES = Path("/run/netns"), Path("/sys/class/net")


class NoNamespaces(Exception):
    """Network namespaces can't be made here, so that what needs them can't be played."""


class Wire(StrEnum):
    """A wire between a host and a server; the value is its interface on the host."""

    POSTGRESQL = "p"
    REDIS = "r"


_SERVERS = {Wire.POSTGRESQL: 1, Wire.REDIS: 129}
"""The last byte of the address of each server; its hosts have those behind it."""


class Network:
    """A namespace for each host, and two bridges."""

    def __init__(self, hosts: int) -> None:
        """
        Raises:
            NoNamespaces: they can't be made; the message says why.
        """
        if os.geteuid():
            raise NoNamespaces("network namespaces need root: run the drill as root")
        self._hosts = hosts
        _sweep()
        self._number = _free_number()
        try:
            for wire in Wire:
                self._add_bridge(wire)
            for host in range(hosts):
                self._add_host(host)
        except BaseException:
            self.remove()
            raise

    def address(self, wire: Wire) -> str:
        """Return the address of the server at the end of a wire."""
        return f"{SUBNET}.{self._number}.{_SERVERS[wire]}"

    @property
    def namespaces(self) -> list[str]:
        """The namespace of each host."""
        return [self._namespace(host) for host in range(self._hosts)]

    def cut(self, host: int, *wires: Wire) -> None:
        for wire in wires:
            _ip("link", "set", self._port(wire, host), "nomaster")

    def mend(self, host: int, *wires: Wire) -> None:
        for wire in wires:
            _ip("link", "set", self._port(wire, host), "master", self._bridge(wire))

    def remove(self) -> None:
        """Remove all of it; the hosts' processes have ended."""
        _remove(self._number)

    # --- Making it ---

    def _bridge(self, wire: Wire) -> str:
        return f"{_PREFIX}{self._number}{wire}"

    def _namespace(self, host: int) -> str:
        return f"{_PREFIX}{self._number}h{host}"

    def _port(self, wire: Wire, host: int) -> str:
        return f"{self._bridge(wire)}{host}"

    def _add_bridge(self, wire: Wire) -> None:
        bridge = self._bridge(wire)
        if wire is not Wire.POSTGRESQL:  # that one took the number
            _ip("link", "add", bridge, "type", "bridge")
        _ip("link", "set", bridge, "alias", _own_mark())
        _ip("address", "add", f"{self.address(wire)}/25", "dev", bridge)
        _ip("link", "set", bridge, "up")

    def _add_host(self, host: int) -> None:
        inside = self._namespace(host)
        _ip("netns", "add", inside)
        _ip("-n", inside, "link", "set", "lo", "up")
        for wire in Wire:
            port = self._port(wire, host)
            _ip("link", "add", port, "type", "veth", "peer", "name", wire, "netns", inside)
            _ip("link", "set", port, "master", self._bridge(wire), "up")
            own = f"{SUBNET}.{self._number}.{_SERVERS[wire] + 1 + host}/25"
            _ip("-n", inside, "address", "add", own, "dev", wire)
            _ip("-n", inside, "link", "set", wire, "up")


def entering(namespace: str) -> Callable[[], None]:
    """Return what has the calling thread enter a namespace."""
    path = _NAMESPACES / namespace

    def enter() -> None:
        with path.open() as file:
            os.setns(file.fileno(), os.CLONE_NEWNET)

    return enter


def _ip(*words: str) -> str:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NoNamespaces("network namespaces need iproute2, which isn't installed") from None
    if done.returncode:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _free_number() -> int:
    """Take a number that no other drill has; a bridge of its name shows that it is taken.

    Raises:
        NoNamespaces: bridges can't be made.
    """
    problem = ""
    for number in range(256):
        try:
            _ip("link", "add", f"{_PREFIX}{number}{Wire.POSTGRESQL}", "type", "bridge")
        except NoNamespaces as refused:
            problem = str(refused)
            if "exists" not in problem:
                break
        else:
            _ip("link", "set", f"{_PREFIX}{number}{Wire.POSTGRESQL}", "alias", _own_mark())
            return number
    raise NoNamespaces(problem)


def _own_mark() -> str:
    return f"{_MARK}-{os.getpid()}"


def _sweep() -> None:
    """Remove what drills have left that were killed."""
    for alias in _INTERFACES.glob(f"{_PREFIX}*{Wire.POSTGRESQL}/ifalias"):
        with suppress(OSError, ValueError):
            mark, _, pid = alias.read_text().strip().rpartition("-")
            if mark == _MARK and not Path(f"/proc/{int(pid)}").exists():
                name = alias.parent.name
                _remove(int(name.removeprefix(_PREFIX).removesuffix(Wire.POSTGRESQL)))


def _remove(number: int) -> None:
    # Wires first, for the kernel takes namespaces away in its own time; last the bridge that gives
    # the number back.
    ports = [path.name for path in _INTERFACES.glob(f"{_PREFIX}{number}[{''.join(Wire)}][0-9]*")]
    spaces = [path.name for path in _NAMESPACES.glob(f"{_PREFIX}{number}h*")]
    bridges = [f"{_PREFIX}{number}{wire}" for wire in reversed(list(Wire))]
    for words in (
        *(("link", "delete", name) for name in ports),
        *(("netns", "delete", name) for name in spaces),
        *(("link", "delete", name) for name in bridges),
    ):
        with suppress(NoNamespaces):
            _ip(*words)
