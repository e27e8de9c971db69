"""How the record says what was done to saved cost splits. Pure."""

from typing import Final

SENTENCES: Final = {
    "cost_split.frozen": "Froze version {version} of the cost split {reference}, £{total} in all",
    "cost_split.paper_taken": "Took a copy of version {version} of a cost split: {kind}",
    "cost_split.papers_asked": "Asked for the papers of version {version} of a cost split",
    "cost_split.reopened": "Reopened the cost split {reference}",
}
