"""Prometheus metrics of the Temporal SDK: pollers, task slots, latencies and failures of the worker."""

from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from runtime.setting_values import SettingsError
from runtime.settings import Settings


def temporal_runtime(settings: Settings) -> Runtime | None:
    """Serve metrics at `http://<metrics_address>/metrics`; None when no address is set.

    Call it once in a process and pass the result to `connect(…, runtime=…)`. As Prometheus users expect, names hold
    their unit, counters end with `_total` and times are in seconds.

    Raises:
        SettingsError: nothing can listen at that address.
    """
    address = settings.metrics_address
    if address is None:
        return None
    metrics = PrometheusConfig(
        bind_address=address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=metrics))
    except (RuntimeError, ValueError):
        raise SettingsError(
            f"HOSTED_SMS_METRICS_ADDRESS is {address!r}, where nothing can listen: choose a free port and an IP "
            "address of this machine."
        ) from None
