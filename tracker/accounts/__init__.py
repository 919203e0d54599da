"""Signing in and out, links, sessions, one's own settings."""
