"""Assigned work, corrective actions, evidence and verification."""
