"""The loopback: hosts by their name or IP address, and whether one is this machine."""

import ipaddress


def is_address(host: str) -> bool:
    """Return whether a host is given by its IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine, without asking DNS."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback
