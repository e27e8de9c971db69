"""What the page of changed skills asks: what each has become, and how well one has that."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field as Default

from app.core.fields import Choice, FieldError, Keyed, Option, Setting
from app.core.forms import Form
from app.profiles.editions.domain import REMOVE, Former
from app.profiles.forms import LEVELS


class ChangedForm(Form):
    """Answers by the slug of the former skill; those left out are decided later."""

    become: Annotated[
        dict[str, str],
        Keyed(
            label="What became of it", of=Choice(label="It is now", options="now"), keys="former"
        ),
    ] = Default(default_factory=dict)
    level: Annotated[
        dict[str, str],
        Keyed(
            label="Levels",
            of=Choice(label="Level", look="select", options=LEVELS),
            keys="former",
        ),
    ] = Default(default_factory=dict)

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """A skill that is claimed has a level."""
        for slug, answer in self.become.items():
            if answer != REMOVE and not self.level.get(slug):
                yield FieldError(f"level-{slug}", "Choose how well you have this skill")


def setting_of(former: Iterable[Former]) -> Setting:
    """The skills that are asked about, and all that took the place of one of them."""
    skills = list(former)
    now = dict.fromkeys(one for skill in skills for one in skill.now)
    return Setting(
        options={
            "former": [Option(one.slug, one.name) for one in skills],
            "now": [*(Option(o.slug, o.name) for o in now), Option(REMOVE, "Remove it")],
        }
    )
