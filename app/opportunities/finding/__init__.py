"""Finding posts: the published projection, search, pages, feeds and the open API."""
