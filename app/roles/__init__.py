"""The capability framework: dated editions of roles, levels and skills, and roles of our own."""
