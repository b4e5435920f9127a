"""What would happen? A forecast on a synthetic public, before anybody is contacted (floor 6).

A rehearsal is never called a result or a test: it says what the assumptions say.
"""

from gale.rehearsal.forecast import PRIOR, Assumption, Forecast, LiftPrior, rehearse

__all__ = ["PRIOR", "Assumption", "Forecast", "LiftPrior", "rehearse"]
