"""Simulated cities: invented people whose true tastes the engine cannot see (an import contract holds it).

The truth is one readable file, `cities.yaml` beside an example's documents. Everything that comes out of here is
marked simulated, and every page and report says SANDBOX.
"""

from gale.adapters.sandbox.city import City, CityTruth, read_cities
from gale.adapters.sandbox.drive import Drive, Tick, Verbs

__all__ = ["City", "CityTruth", "Drive", "Tick", "Verbs", "read_cities"]
