"""Addresses of searches, posts and feeds."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request

from app.opportunities.finding.domain import Search

LIST_PATH = "/opportunities"


def search_path(search: Search, path: str = LIST_PATH) -> str:
    """Where a search can be found again.

    >>> search_path(Search(q="tŷ", region=("wales",)))
    '/opportunities?q=t%C5%B7&region=wales'
    """
    pairs = search.pairs()
    return f"{path}?{urlencode(pairs)}" if pairs else path


def post_path(slug: str) -> str:
    """The page of a post."""
    return f"{LIST_PATH}/{slug}"


def base_url(request: Request[Any, Any, Any]) -> str:
    """How people outside reach us, without a slash at its end."""
    public: str = request.app.state.settings.public_url
    return public or str(request.base_url).rstrip("/")
