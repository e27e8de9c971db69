"""The clauses of the funding agreement, as data: each with its version and its review date."""

from app.costsharing.clauses.endings import ENDINGS
from app.costsharing.clauses.model import ClauseText, Place, Term
from app.costsharing.clauses.money import MONEY
from app.costsharing.clauses.parties import PARTIES
from app.costsharing.clauses.price import PRICE

__all__ = ["CLAUSES", "CLAUSES_VERSION", "ClauseText", "Place", "Term"]

CLAUSES: tuple[ClauseText, ...] = PARTIES + PRICE + MONEY + ENDINGS

# The newest version among the clauses: printed on each agreement, beside the method's version.
CLAUSES_VERSION = max(clause.version for clause in CLAUSES)
