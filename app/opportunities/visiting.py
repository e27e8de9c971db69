"""Pages below /org/{slug}/posts: whose they are, and where each of them is."""

from app.core.actor import ActingFor, Actor
from app.opportunities.domain import no_such_post


def body_of(actor: Actor, slug: str) -> ActingFor:
    """The organisation of this address, if the actor acts for it. Raises NotFound for any other."""
    if actor.acting_for is None or actor.acting_for.slug != slug:
        raise no_such_post()
    return actor.acting_for


def path_to(body_slug: str, post_slug: str = "", page: str = "") -> str:
    """The address of a page of a body's posts.

    >>> path_to("northshire"), path_to("northshire", "ciso-2345abcd", "preview")
    ('/org/northshire/posts', '/org/northshire/posts/ciso-2345abcd/preview')
    """
    return "/".join(part for part in ("/org", body_slug, "posts", post_slug, page) if part)
