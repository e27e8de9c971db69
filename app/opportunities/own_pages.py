"""The router of all pages on which bodies work on posts, and ask and answer about them."""

from litestar import Router

from app.opportunities.publishing import change_pages
from app.opportunities.publishing import pages as publishing_pages
from app.opportunities.questions import pages as question_pages
from app.opportunities.writing import pages as writing_pages

router = Router(
    "/",
    route_handlers=[
        *writing_pages.handlers,
        *publishing_pages.handlers,
        *change_pages.handlers,
        *question_pages.handlers,
    ],
    include_in_schema=False,
)
