"""Prometheus metrics of the Temporal SDK: pollers, task slots, latencies and failures of the worker."""

from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from runtime.setting_values import SettingsError
from runtime.settings import Settings


def temporal_runtime(settings: Settings) -> Runtime | None:
    """Starts serving metrics under `http://<metrics_address>/metrics`; None when no address is set.

    To be called once in a process; the result goes to `connect(…, runtime=…)`. Names carry their unit, counters end in
    `_total` and times are in seconds, as Prometheus users expect.

    Raises:
        SettingsError: nothing can listen at that address.
    """
    if settings.metrics_address is None:
        return None
    metrics = PrometheusConfig(
        bind_address=settings.metrics_address,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=metrics))
    except (RuntimeError, ValueError):
        raise SettingsError(
            f"HOSTED_SMS_METRICS_ADDRESS is {settings.metrics_address!r}, where nothing can listen: choose a free port "
            "and an IP address of this machine."
        ) from None
