"""What waits for somebody: panels of the features, on one page."""
