"""Values a service may choose, each with who set it, why, and from when: never changed afterwards. See README."""
