"""The simulator as one web application: its routes, its wiring, and a way to run it inside another program."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from simulator import codes_api, control, documents_api, numbers_api, orders_api, transfers_api
from simulator.middlewares import MIDDLEWARES, Handler
from simulator.parts import CALL_NAMES, PARTS, SimulatorParts
from simulator.settings import Settings

ORDERS = "/v2/messaging_hosted_number_orders"
NUMBERS = "/v2/messaging_hosted_numbers"
MAX_BODY = 64 * 1024 * 1024
"""Bytes of a request. Far more than two files of 5 MB, so that the upload itself refuses a larger file."""

SHUTDOWN_SECONDS = 0.5
"""How long a stop waits for running calls. Then it cuts off those that a fault still holds."""

API_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("POST", f"{ORDERS}/eligibility_numbers_check", "eligibility", orders_api.eligibility),
    ("POST", ORDERS, "create", orders_api.create),
    ("GET", ORDERS, "list", orders_api.list_orders),
    ("GET", f"{ORDERS}/{{id}}", "get", orders_api.get),
    ("DELETE", f"{ORDERS}/{{id}}", "delete", orders_api.delete),
    ("POST", f"{ORDERS}/{{id}}/verification_codes", "request_codes", codes_api.request_codes),
    ("POST", f"{ORDERS}/{{id}}/validation_codes", "submit_codes", codes_api.submit_codes),
    ("POST", f"{ORDERS}/{{id}}/actions/file_upload", "upload", documents_api.upload),
    ("POST", f"{ORDERS}/{{id}}/approve", "transfer", transfers_api.approve),
    ("POST", f"{ORDERS}/{{id}}/reject", "transfer", transfers_api.reject),
    ("GET", NUMBERS, "hosted_numbers", numbers_api.list_numbers),
    ("GET", f"{NUMBERS}/{{id}}", "hosted_numbers", numbers_api.get_number),
    ("PATCH", f"{NUMBERS}/{{id}}", "hosted_numbers", numbers_api.update_number),
    ("DELETE", f"{NUMBERS}/{{id}}", "hosted_numbers", numbers_api.delete_number),
    ("GET", "/v2/messaging_profiles/{id}", "profile", numbers_api.get_profile),
)
"""Method, path, name (for faults) and handler of every API call."""


def build(settings: Settings | None = None) -> web.Application:
    """Build the web application with an empty state: the API under `/v2`, the control surface under `/_simulator`."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=MAX_BODY)
    calls: dict[Handler, str] = {}
    for method, path, call, handler in API_ROUTES:
        app.router.add_route(method, path, handler)
        calls[handler] = call
    app[CALL_NAMES] = calls
    app.add_routes(control.ROUTES)

    async def live(app: web.Application) -> AsyncIterator[None]:
        app[PARTS] = SimulatorParts(settings or Settings())
        yield
        await app[PARTS].close()

    app.cleanup_ctx.append(live)
    return app


@asynccontextmanager
async def run_simulator(
    settings: Settings | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve until the block ends, and give the base address such as `http://127.0.0.1:8123`; port 0 is any free one."""
    runner = web.AppRunner(build(settings), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
