"""Tuntas: what an evaluation asked of a public-service unit, followed until it is done."""
