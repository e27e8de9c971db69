"""Measures of the product, printed as a table and written to bench.json: `make bench`."""
