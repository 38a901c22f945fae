"""The example service that `sightline demo` shows: an invented provider, its people, twelve weeks of observations."""

from server.example.cast import CAST, PROVIDER
from server.example.improvement import PLANS
from server.example.loading import SEED, ExampleError, Loaded, load, made_for

__all__ = ["CAST", "PLANS", "PROVIDER", "SEED", "ExampleError", "Loaded", "load", "made_for"]
