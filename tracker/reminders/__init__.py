"""Who is owed a word on what, what was sent, and what became of it."""
