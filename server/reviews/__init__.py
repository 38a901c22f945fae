"""Reviews and their minutes (domain/2 D5): what was shown, asked and decided; signed, and then only added to."""
