"""The years that every page, form and database of the site can handle."""

# Nearer to the ends of Python's calendar a time has no equal in another time zone.
YEARS = range(1000, 9999)
