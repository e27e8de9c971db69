"""A person's own account: name, language, addresses, organisation acted for, sign-ins."""
