"""The staffing week (domain/2, D6): what was planned and worked, exceptions reviewed, needs that changed."""
