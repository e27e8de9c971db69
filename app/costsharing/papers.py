"""The papers of a costing: funding agreement as PDF and DOCX, figures as XLSX. No server needed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from app.costsharing import engine
from app.costsharing.agreement import AgreementDetails, parse_agreement
from app.costsharing.request import take_apart
from app.costsharing.wording import agreement_document
from app.costsharing.workbook import cost_workbook
from app.documents.docx import render_docx
from app.documents.model import Document
from app.documents.pdf import render_pdf

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Costed:
    """A costing with the details of its agreement and the inputs that it came from.

    `reference` is the name of a saved split and its version; without one the hash gives it.
    """

    costing: engine.Costing
    details: AgreementDetails
    inputs: dict[str, Any]
    reference: str = ""

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical inputs."""
        return engine.inputs_sha256(self.inputs)

    def agreement(self, today: date) -> Document:
        """The funding agreement, dated `today`."""
        return agreement_document(
            self.costing,
            self.details,
            inputs_sha256=self.sha256,
            today=today,
            reference=self.reference,
        )


def cost_with_agreement(data: object) -> Costed:
    """Cost inputs and read the agreement object beside them. Raises `InputFaults`."""
    request = take_apart(data)
    inputs = engine.parse_inputs(request.inputs)
    details = parse_agreement({} if request.agreement is None else request.agreement, inputs)
    return Costed(engine.cost(inputs), details, cast("dict[str, Any]", request.inputs))


def draw_pdf(costed: Costed, today: date) -> bytes:
    """The funding agreement as PDF/UA-1."""
    return render_pdf(costed.agreement(today))


def draw_docx(costed: Costed, today: date) -> bytes:
    """The funding agreement as an editable DOCX."""
    return render_docx(costed.agreement(today))


def draw_xlsx(costed: Costed, today: date) -> bytes:
    """The figures as a workbook with live formulas."""
    return cost_workbook(
        costed.costing,
        inputs_sha256=costed.sha256,
        today=today,
        data=costed.inputs,
        reference=costed.reference,
    )
