"""Pages of posts that would fit together, for the bodies whose posts they are."""

from litestar import Router

from app.cofunding.fitting.pages.answering import (
    accept,
    choose,
    confirm,
    decline,
    draft,
    show_accept,
    show_choice,
    show_decline,
)
from app.cofunding.fitting.pages.showing import list_fits, show_fit, show_working

router = Router(
    path="/org/{org:str}/joint-posts",
    route_handlers=[
        list_fits,
        show_choice,
        choose,
        show_fit,
        show_working,
        show_accept,
        accept,
        show_decline,
        decline,
        draft,
        confirm,
    ],
    include_in_schema=False,
)
