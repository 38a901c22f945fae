"""How a service has the limits of its charts worked out, by its dated settings."""

from datetime import datetime

from server.charts.xmr import Method
from server.measures.in_force import InForce


def method_in_force(settings: InForce, service: str, instant: datetime) -> Method:
    """What held in `service` at `instant`, for which the chart is drawn: all its points share their limits."""
    return Method(
        trial_from=settings.number(service, "chart_trial_from", instant),
        limits_from=settings.number(service, "chart_limits_from", instant),
        screened=settings.value(service, "chart_screened", instant) == "yes",
        fix_after=settings.number(service, "chart_fix_after", instant),
    )
