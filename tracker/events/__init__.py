"""What happened, told once and never changed."""
