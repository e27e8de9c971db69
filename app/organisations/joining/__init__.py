"""How a body joins: the application, its terms, and the email domains it asks for."""
