"""What the result pages show of a costing, as plain data: words, tables and a picture. Pure."""
