"""Write docs/reference/ anew: `python -m scripts.reference`."""

import os
import tempfile

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="convene-reference-") as folder:
        # Whatever the shell has set: the pages are the same everywhere.
        os.environ["VAR_DIR"] = folder
        import django

        django.setup()
        from scripts.reference.pages import write

        for path in write():
            print(path)
