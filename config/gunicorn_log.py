"""gunicorn's log in the lines of all others, and through the same masking."""

from typing import Any

from gunicorn.glogging import Logger


class GunicornLog(Logger):  # type: ignore[misc] # gunicorn ships no types
    """The log of gunicorn's own processes, without handlers of its own.

    Its lines reach the handler of all (`config.logs`), which config/gunicorn.py sets up.
    """

    def setup(self, cfg: Any) -> None:
        """Set up the loggers, at the start and when gunicorn reads its configuration again."""
        super().setup(cfg)
        self.error_log.propagate = self.access_log.propagate = True

    def _set_handler(self, *args: Any, **options: Any) -> None:
        """Add none."""
