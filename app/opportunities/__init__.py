"""Posts of every kind: written, approved, published, asked about, found."""
