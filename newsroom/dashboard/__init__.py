"""The first page of the admin: what waits for this person, and where everything is."""
