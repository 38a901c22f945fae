"""The audit trail as people read it: the page with its filter, its words, and the file to take along."""
