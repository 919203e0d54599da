"""Demonstration data and the national data set for measuring."""
