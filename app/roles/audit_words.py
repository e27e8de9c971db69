"""How the record says what was done to the capability framework. Pure."""

from typing import Final

SENTENCES: Final = {
    "framework.import_applied": "Applied an import of the framework, as of {as_of}",
    "framework.import_begun": "Began to import the framework as of {as_of}, {rows} rows",
    "framework.import_discarded": "Discarded an import of the framework",
    "framework.loaded": "Loaded the edition of the framework as of {as_of}",
    "local_role.changed": "Changed what a local role says",
    "local_role.defined": "Defined a local role",
    "local_role.review_asked": "Reminded {count} people that a local role is due for review",
    "local_role.restored": "Restored a local role",
    "local_role.retired": "Retired a local role",
    "local_role.skills_added": "Added skills to a local role: {count}",
    "local_role.skills_chosen": "Chose proficiencies of a local role: {count}, removed: {removed}",
}
