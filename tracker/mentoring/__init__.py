"""Mentoring sessions (Ngulik): planned, prepared, held, and their commitments kept."""
