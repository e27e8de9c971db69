"""Pages on which a body writes its posts."""

from litestar.types import ControllerRouterHandler

from app.opportunities.writing.pages import posts, sections

handlers: list[ControllerRouterHandler] = [
    posts.list_posts,
    posts.show_start,
    posts.start_post,
    posts.show_post,
    posts.show_preview,
    posts.show_copy,
    posts.copy_post,
    posts.show_delete,
    posts.delete_post,
    sections.show_section,
    sections.save_section,
]
