"""The append-only record of who did what: one hash chain per organisation, and the exchange's."""
