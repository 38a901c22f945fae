"""Every record that the documents name (domain/2 1.3), and where it lives here. See README, "The 75 records"."""
