"""Filters that people keep under a name: addresses and nothing else, their own or shared with a role in a service."""
