"""What the page of an import asks: what unknown skills mean."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field as Default

from app.core.fields import Choice, Hidden, Keyed, Option, Setting
from app.core.forms import Form
from app.profiles.importing.plan import LEAVE, Unknown


class ApplyForm(Form):
    """What each unknown line means, and which plan was looked at."""

    seen: Annotated[str, Hidden(max_length=64, missing="Look at the import again")]
    means: Annotated[
        dict[str, str],
        Keyed(
            label="Skills that are not known",
            of=Choice(label="It means", look="select", options="near"),
            keys="unknown",
        ),
    ] = Default(default_factory=dict)


def setting_of(unknown: Iterable[Unknown]) -> Setting:
    """The lines that are asked about, and all names that are near to one of them."""
    lines = list(unknown)
    near = dict.fromkeys(one for line in lines for one in line.near)
    return Setting(
        options={
            "unknown": [Option(str(one.line), one.name) for one in lines],
            "near": [Option(LEAVE, "Leave it out"), *(Option(n.slug, n.name) for n in near)],
        }
    )
