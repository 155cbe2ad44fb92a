"""Public pages: the first page, events, and the archive of letters."""
