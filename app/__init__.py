"""Crossbench: a talent exchange and fractional-role marketplace for UK public bodies."""
