"""What a unit must put right, and the letters that say so."""
