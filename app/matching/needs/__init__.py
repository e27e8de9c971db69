"""Needs that are kept: the body of a post is told when somebody who suits it appears."""
