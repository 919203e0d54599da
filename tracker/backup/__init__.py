"""One archive of everything, and its way back."""
