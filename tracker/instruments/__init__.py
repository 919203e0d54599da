"""Assessment schemes with aspects, weights and bands, and the cycles that use them."""
