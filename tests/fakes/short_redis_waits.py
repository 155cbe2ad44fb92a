"""The real settings with short timeouts for Redis, so that tests needn't wait longer."""

from config.settings import *  # noqa: F403 - all but what follows
from config.settings import REDIS_OPTIONS

REDIS_WAIT = 0.2
REDIS_REST = 3600.0
REDIS_OPTIONS.update(socket_connect_timeout=REDIS_WAIT, socket_timeout=REDIS_WAIT)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
