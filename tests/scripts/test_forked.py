"""Processes that begin as copies of one that has loaded what they need."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.services import clean_environment

BEGIN = """
    import os, sys
    sys.path.insert(0, {folder!r})
    from scripts import forked
    def child(command, **options):
        sys.stdout.flush()
        pid = forked.start(command, environment=os.environ | {{"WORD": "said"}}, **options)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


def run(folder: Path, program: str) -> str:
    """What a program prints, all processes of it."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(BEGIN.format(folder=str(folder))) + textwrap.dedent(program),
        ],
        cwd=BASE_DIR,
        env=clean_environment() | {"VAR_DIR": str(folder / "var")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def module(folder: Path, body: str) -> None:
    """Make the module `work`."""
    (folder / "work.py").write_text(textwrap.dedent(body), encoding="utf-8")


def test_a_module_gets_its_arguments_and_variables_and_finds_what_was_loaded(
    tmp_path: Path,
) -> None:
    module(tmp_path, "import os, sys, known\nprint(sys.argv[1:], os.environ['WORD'], known.value)")
    said = run(
        tmp_path,
        """
        import types
        sys.modules["known"] = types.ModuleType("known")
        sys.modules["known"].value = "loaded"
        print(child("python -m work --word $WORD 'two words'"))
        """,
    )
    assert said.splitlines() == ["['--word', 'said', 'two words'] said loaded", "0"]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("sys.exit()", 0),
        ("sys.exit(3)", 3),
        ("sys.exit('no')", 1),
        ("1 / 0", 1),
        ("os.kill(os.getpid(), 15)", -15),
    ],
)
def test_the_exit_code_is_that_of_the_module(end: str, code: int, tmp_path: Path) -> None:
    module(tmp_path, f"import os, sys\n{end}\n")
    assert run(tmp_path, 'print(child("python -m work"))').splitlines()[-1] == str(code)


def test_its_exit_functions_and_threads_end_first(tmp_path: Path) -> None:
    module(
        tmp_path,
        """
        import atexit, threading, time
        atexit.register(print, "last")
        threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
        """,
    )
    said = run(tmp_path, 'import atexit; atexit.register(print, "end"); child("python -m work")')
    assert said.splitlines() == ["thread", "last", "end", "end"]


def test_what_the_parent_has_open_is_closed(tmp_path: Path) -> None:
    module(tmp_path, "import os\nprint(len(os.listdir('/proc/self/fd')))")
    said = run(tmp_path, f'kept = open({os.devnull!r}); print(child("python -m work"))')
    assert said.splitlines() == ["4", "0"], "three, and the one of the look itself"


def test_one_that_is_asked_to_stop_asks_nobody_else(tmp_path: Path) -> None:
    module(tmp_path, "from newsletter.core import shutdown\nshutdown.ask_to_stop()")
    said = run(
        tmp_path,
        'child("python -m work"); from newsletter.core import shutdown; '
        "print(shutdown.is_stopping())",
    )
    assert said.splitlines() == ["False"]


def test_all_is_loaded_without_a_connection_or_a_thread(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
        import threading
        before = set(os.listdir("/proc/self/fd"))
        forked.load()
        print(set(os.listdir("/proc/self/fd")) - before, threading.active_count())
        print({"campaigns.tasks", "gunicorn.arbiter", "config.urls"} <= set(sys.modules))
        """,
    )
    assert said.splitlines() == ["set() 1", "True"]


def test_a_program_of_its_own_is_started_as_the_procfile_has_it(tmp_path: Path) -> None:
    said = run(tmp_path, """print(child("sh -c 'echo $WORD; exit 4'"))""")
    assert said.splitlines() == ["said", "4"]
