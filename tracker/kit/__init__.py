"""Tools that know nothing of public services."""
