"""What the operator of the exchange does: checks bodies, and looks after work that failed."""
