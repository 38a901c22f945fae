"""Every log that domain/2 1.3 names and that is a view over records, under its own name. See README, "Named logs"."""
