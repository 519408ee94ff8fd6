"""Metrics of the worker: served when an address is set, refused when nothing can listen there."""

import socket

import httpx
import pytest
from temporalio.runtime import Runtime

from runtime.metrics import temporal_runtime
from runtime.settings import Settings, SettingsError


def test_without_an_address_no_metrics_are_served() -> None:
    assert temporal_runtime(Settings()) is None


def test_metrics_are_served_at_the_address(unused_tcp_port: int) -> None:
    runtime = temporal_runtime(Settings(metrics_address=f"127.0.0.1:{unused_tcp_port}"))
    assert isinstance(runtime, Runtime)
    runtime.metric_meter.create_counter("probe", "").add(1)
    response = httpx.get(f"http://127.0.0.1:{unused_tcp_port}/metrics", trust_env=False)
    assert response.status_code == 200
    assert 'probe_total{service_name="temporal-core-sdk"} 1' in response.text


def test_an_address_in_use_is_a_mistake_in_the_settings() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match=f"HOSTED_SMS_METRICS_ADDRESS is '{address}'"):
            temporal_runtime(Settings(metrics_address=address))
