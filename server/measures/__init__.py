"""The measures M01 to M15 (domain/3, 1.6), counted exactly over facts that the projections give. See README."""
