"""What somebody is missing for a role or a post, by the rule of matching, and how that changed."""
