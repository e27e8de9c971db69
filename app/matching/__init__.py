"""Matching people and posts: the rule, its explanation, and the tables that search reads."""
