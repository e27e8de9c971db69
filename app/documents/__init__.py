"""Documents as values, and how they are drawn as PDF, DOCX and XLSX."""
