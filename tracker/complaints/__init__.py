"""Complaints: from the citizen's word to the unit's improvement."""
