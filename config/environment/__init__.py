"""Parts of reading the environment: rows of settings, readers, and our own secrets."""
