"""Immediate concerns at the desk: shown to every manager until one of them says what was decided. Not an alarm."""
