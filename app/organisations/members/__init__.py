"""The people of a body: invitations, duties, line managers, proof of employment, leaving."""
