"""From a finished draft to an open post and to its end: approval, publishing, review, closing."""
