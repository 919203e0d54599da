"""Results of a cycle, and their import from workbooks."""
