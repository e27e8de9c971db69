"""What a body says of itself: details, pension rates, limits by duty, sponsor, email domains."""
