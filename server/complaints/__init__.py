"""Complaints, compliments and feedback (domain/2 1.5 D4)."""
