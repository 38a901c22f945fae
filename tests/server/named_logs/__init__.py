"""The named logs."""
