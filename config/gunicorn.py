"""How gunicorn serves the pages: `gunicorn config.wsgi --config config/gunicorn.py --bind 127.0.0.1:8000 --bind 127.0.0.80:8000`.

The second address is the proxy's entrance (newsletter.core.network).
"""

import os
from typing import Any

from config.entrances import without_missing_entrance
from config.env import read_environment
from config.private_files import UMASK

_environment = read_environment(os.environ)

# Not gunicorn's own setting, which is for its sockets: the proxy's user must reach those.
os.umask(UMASK)
# Threads, because a request waits for the database, hardly ever for the processor.
worker_class = "gthread"
threads = 8
# Without Redis, limits are counted in the memory of a process, so there must be one.
workers = 1 if _environment.embedded else 2
# A page takes milliseconds, an upload of 100,000 rows less than a minute.
timeout = 90
graceful_timeout = 20
keepalive = 5
# Heartbeats of workers in memory: on a slow disk they would get workers killed that are well.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - nothing of ours is written there
# Providers bring a million reports after a large campaign; a worker must not spend its time on
# being started.
max_requests = 200_000
max_requests_jitter = 20_000
# One log for all processes. No access log: it would hold addresses of readers and their tokens.
accesslog = None
errorlog = "-"
loglevel = "warning"
# Whom we believe that a request came by TLS; the same as are believed on where it came from.
# Whoever lies about it harms nobody else, so the entrance doesn't matter here.
forwarded_allow_ips = ",".join(map(str, _environment.trusted_proxies)) or "127.0.0.0/8,::1"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}


def on_starting(server: Any) -> None:
    """gunicorn's hook before it listens: on a machine without the proxy's entrance, such as a Mac, do without it."""
    server.cfg.set("bind", without_missing_entrance(server.cfg.bind))
