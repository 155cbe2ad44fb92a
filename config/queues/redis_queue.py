"""The queue in Redis: kombu's transport, made safe against a Redis that hangs.

A worker may hold as many hints as it has children; each acknowledgement frees a slot. kombu 5.7
asks Redis first, and frees the slot only where Redis has answered; Celery logs the failure and goes
on. So one acknowledgement that Redis doesn't answer costs a slot for as long as the process lives,
and with the last slot the worker takes nothing any more, without a word. Here the slot is free
whatever Redis says. The hint then stays in Redis as one not acknowledged, and comes back once after
the visibility timeout, which harms nobody: every task starts from the rows.
"""

from kombu.transport import TRANSPORT_ALIASES, redis, virtual

from newsletter.core.redis_address import RedisAddress

VISIBILITY_TIMEOUT = 3600
"""Seconds after which a hint that nobody acknowledged is given to another worker."""


def transport_options(address: RedisAddress, *, answers_within: float) -> dict[str, object]:
    """Return Celery's broker_transport_options.

    Args:
        address: of Redis; sentinels are named to kombu here.
        answers_within: seconds to connect, and to wait for one answer.
    """
    waits = {"socket_connect_timeout": answers_within, "socket_timeout": answers_within}
    sentinels = {
        "master_name": address.master,
        "sentinel_kwargs": {**waits, **address.sentinel_options},
    }
    return {
        **waits,
        **(sentinels if address.master else {}),
        "visibility_timeout": VISIBILITY_TIMEOUT,
        # A connection that should have said something for so long is made anew.
        "health_check_interval": 2 * answers_within,
        # kombu would try again for six seconds, in the middle of somebody's sign-up. Workers and
        # clock reconnect by loops of their own.
        "max_retries": 0,
    }


class QoS(redis.QoS):
    """The hints that a worker holds."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a hint, whether Redis can be told or not."""
        try:
            super().ack(delivery_tag)
        finally:
            virtual.QoS.ack(self, delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give a hint back, or throw it away.

        This worker no longer holds it, whether Redis can be told or not.
        """
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            virtual.QoS.ack(self, delivery_tag)


class RedisChannel(redis.Channel):
    """A channel whose slots can't be lost."""

    QoS = QoS


class RedisTransport(redis.Transport):
    """kombu's Redis transport, with our channel."""

    Channel = RedisChannel


class SentinelChannel(redis.SentinelChannel):
    """The same, of the server that sentinels name."""

    QoS = QoS


class SentinelTransport(redis.SentinelTransport):
    """kombu's transport by sentinels, with our channel."""

    Channel = SentinelChannel


# For the schemes of RedisAddress.broker_url, so that nobody can reach kombu's own by mistake.
TRANSPORT_ALIASES["redis"] = f"{__name__}:RedisTransport"
TRANSPORT_ALIASES["sentinel"] = f"{__name__}:SentinelTransport"
