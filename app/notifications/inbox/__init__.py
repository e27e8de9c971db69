"""The inbox of a person, and how they want their messages: by mail, in the inbox, or both."""
