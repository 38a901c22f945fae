"""What is due, to whom and by when, and what became of it. See README, "The due list"."""
