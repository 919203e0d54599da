"""What the machine tells of itself; later, what it does by the clock."""
