"""How the record says what was done to the capability framework. Pure."""

from typing import Final

SENTENCES: Final = {
    "framework.import_applied": "Applied an import of the framework, as of {as_of}",
    "framework.import_begun": "Began to import the framework as of {as_of}, {rows} rows",
    "framework.import_discarded": "Discarded an import of the framework",
    "framework.loaded": "Loaded the edition of the framework as of {as_of}",
}
