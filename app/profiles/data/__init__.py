"""What is held of a person: as data, as a page, and gone again."""
