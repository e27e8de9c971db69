"""What a new edition of the framework means for somebody's skills, and their word on it."""
