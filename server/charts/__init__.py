"""Charts of a measure over time: what is usual, what is not, said in words, drawn, and kept in a table (domain/6)."""
