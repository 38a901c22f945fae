"""How long records are kept, what has reached its end, what must be kept all the same, and how it is destroyed."""
