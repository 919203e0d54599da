"""Figures and records on paper: PDF, Word, spreadsheets, calendars; from the site and from the command line."""
