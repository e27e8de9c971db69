"""Every read of open posts."""
