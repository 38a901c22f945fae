"""Concerns, incidents and safeguarding cases (domain/2 1.5 D3)."""
