"""Where everything stands: home, unit page, portfolio; reads only."""
