"""Who, where and when was observed, and who, where and when was not (DESIGN 9). See README, "Coverage"."""
