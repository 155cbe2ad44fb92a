"""Everything that the database holds of a person, for themselves."""
