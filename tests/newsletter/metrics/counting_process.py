"""A process that counts for `/metrics`: `python -m … VAR_DIR END`, where END says how it ends.

`ends`: as it should. `forks`: after a fork of it has counted, too. `waits`: when it is killed.
"""

import os
import sys
import time
from pathlib import Path

from django.conf import settings

from newsletter.metrics.folder import count_in, metrics_folder


def main(var_dir: Path, end: str) -> None:
    folder = metrics_folder(var_dir)
    settings.configure(METRICS_TOKEN="a-token-of-tests-that-is-long-enough", METRICS_FOLDER=folder)
    count_in(folder, os.environ)
    count()
    if end == "forks":
        fork = os.fork()
        if not fork:
            count()
            os._exit(0)
        os.waitpid(fork, 0)
        count()
    sys.stdout.write("counted\n")
    sys.stdout.flush()
    while end == "waits":
        time.sleep(0.1)


def count() -> None:
    from newsletter.metrics.measure import count_confirmation, count_dispatch, count_form

    count_form("sign-up", "stored")
    count_confirmation("confirmed")
    count_dispatch("bulk", "accepted", 0.03)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
