"""Who may do what, and which rows they see."""
