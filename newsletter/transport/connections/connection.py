"""A mailer's connection, kept open between messages."""

import logging
import os
from typing import Any

from anymail.backends.base_requests import AnymailRequestsBackend
from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.core.standstill import elapsed
from newsletter.transport.config.mailer_settings import ALERT_ALIAS, MailerSettings
from newsletter.transport.connections import http_sessions
from newsletter.transport.providers.registry import PROVIDERS

logger = logging.getLogger(__name__)

IDLE_LIMIT = 30.0
"""Seconds after which a connection is renewed rather than used again: servers and balancers close
idle ones without a word."""


def mailer_of(alias: str) -> MailerSettings:
    """Return the mailer of an alias in MAILERS."""
    if alias == ALERT_ALIAS and settings.ALERT_MAILER is not None:
        return settings.ALERT_MAILER
    return settings.MAILER_SETTINGS[alias]


class Connection:
    """One backend, held open.

    `mailers[alias]` would build a new one, with a new TLS handshake, at each access.

    Neither smtplib nor a session of requests may be used by two threads at a time.
    """

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._backend: BaseEmailBackend | None = None
        self._configuration: dict[str, Any] = {}
        self._process = 0
        self._used_at = 0.0

    def open(self) -> BaseEmailBackend:
        """Return the backend, open: the last one, or a new one where that wouldn't serve any more.

        Raises:
            Exception: anything that the backend raises where it can't connect. Nothing has been
                sent.
        """
        if self._backend is None or not self._serves():
            self.drop()
            self._backend = mailers[self.alias]
            self._configuration = settings.MAILERS[self.alias]
            self._process = os.getpid()
        # Does nothing where it is open. Where it gave its connection up, it would connect while it
        # sends, and close again after each message; and a connection that isn't made then would
        # look like a message in doubt.
        if self._backend.open():
            self._limit_answers(self._backend)
        self._used_at = elapsed()
        return self._backend

    def drop(self) -> None:
        """Give the connection up; the next `open` makes a new one."""
        backend, self._backend = self._backend, None
        if backend is None or self._process != os.getpid():
            return
        try:
            backend.close()
        except Exception as error:  # noqa: BLE001 - the connection is given up either way
            logger.info("A mailer's connection did not close cleanly (%s)", type(error).__name__)

    def _serves(self) -> bool:
        # After a fork the connection belongs to the parent; two that write to one socket garble it.
        mine = self._process == os.getpid() and self._configuration == settings.MAILERS[self.alias]
        return mine and elapsed() - self._used_at < IDLE_LIMIT

    def _limit_answers(self, backend: BaseEmailBackend) -> None:
        """Give each answer to `backend` one time limit as a whole."""
        provider = PROVIDERS[mailer_of(self.alias).provider]
        if provider.limit_answers is not None:
            provider.limit_answers(backend)
        elif isinstance(backend, AnymailRequestsBackend):
            http_sessions.fit(backend.session, backend.api_url)
