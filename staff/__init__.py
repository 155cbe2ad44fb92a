"""Staff: accounts and their sign-in, roles, and what each role may do."""
