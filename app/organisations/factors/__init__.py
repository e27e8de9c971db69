"""The second factor: passkeys, authenticator apps, recovery codes, and asking for one of them."""
