"""Public pages: the home page, events, and the archive of sent emails."""
