"""The pages about the service itself: home, privacy, accessibility and cookies."""
