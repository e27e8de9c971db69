"""Processes that `make run` needs on one machine: embedded PostgreSQL and Valkey, supervision."""
