"""The record of who did what, in words, for a body's administrators and for the operator."""
