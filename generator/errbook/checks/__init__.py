"""The checks: generator functions in ordered tables, one table for each thing that is checked."""
