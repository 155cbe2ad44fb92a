"""Pictures of every public page and email, in each language and look, to be read by people."""
