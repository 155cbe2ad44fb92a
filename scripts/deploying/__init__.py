"""Parts of deploy/ that are too much for a shell."""
