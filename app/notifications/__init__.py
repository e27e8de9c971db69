"""Messages to people: by email, and in their inbox here."""
