"""Early-warning signs: what begins to slip, told from the records, each to be answered by a person (domain/3, 1.7)."""
