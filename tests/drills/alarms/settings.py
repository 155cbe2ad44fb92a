"""The real settings, for an installation whose public name leads to loopback.

DNS is the drill's, and its authority is trusted, so that a certificate can be looked at.
"""

import os
from ipaddress import ip_network

import dns.resolver

from newsletter.core.outbound import reach

_resolver = dns.resolver.Resolver(configure=False)
_resolver.nameservers, _resolver.port = ["127.0.0.1"], int(os.environ["ALARMS_DNS_PORT"])
# Before anything of the product is imported, which may keep the value.
reach.PUBLIC = reach.Reach(
    networks=(ip_network("127.0.0.0/8"),),
    ports=frozenset({int(os.environ["ALARMS_TLS_PORT"])}),
    resolver=_resolver,
    authorities=os.environ["ALARMS_AUTHORITY"],
)

from config.settings import *  # noqa: F403 - all of them
