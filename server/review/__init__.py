"""What managers make of a record: whether it was read, what was asked about it, whether it counts. See README."""
