"""A whole country of units, results and work to measure with: made up, but shaped like the real thing."""
