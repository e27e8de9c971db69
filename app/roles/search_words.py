"""The words of a search as an address has them."""

from typing import Any, Final

from litestar import Request

from app.core.text import BadText, clean_line

LONGEST_SEARCH: Final = 100


def asked(request: Request[Any, Any, Any], name: str = "q") -> str:
    """The words of a search as an address has them; empty where they are no text."""
    try:
        return clean_line(request.query_params.get(name, "")[:LONGEST_SEARCH]).strip()
    except BadText:
        return ""
