"""Small checks and helpers of the Makefile; nothing here is part of the application."""
