"""The Wi-Fi drills of the tablets: what each has shown, worked out again from its two records."""
