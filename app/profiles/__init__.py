"""A person's skills profile, what they let whom see of it, and who looked."""
