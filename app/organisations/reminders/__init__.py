"""What a body's administrators are reminded of: senior sponsor, participation terms; once each."""
