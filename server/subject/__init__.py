"""Everything that is kept about one person or one member of staff, to give to them. See README."""
