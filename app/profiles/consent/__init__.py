"""What a person lets which bodies see, for what and how long; the one place that decides it."""
