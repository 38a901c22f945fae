"""What actions come to, kept so that a page need not count a year of records again."""
