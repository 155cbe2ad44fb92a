#!/usr/bin/env python
"""Convene's command line: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import ManagementUtility

    utility = ManagementUtility(sys.argv)
    if sys.argv[1:2] == ["version"]:
        # Django answers that with its own version, whatever command there is of this name.
        django.setup()
        utility.fetch_command("version").run_from_argv(sys.argv)
    else:
        utility.execute()


if __name__ == "__main__":
    main()
