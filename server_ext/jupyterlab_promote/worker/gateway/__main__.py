"""`python -m jupyterlab_promote.worker.gateway --port P [--host H] [--warm N]`: serve until terminated."""

import argparse
import asyncio
import os
import signal
import sys

from jupyterlab_promote.worker.lean import block_slow_imports


def main() -> int:
    """Join the Ray cluster and serve; 2 without a token."""
    parser = argparse.ArgumentParser(description="Runs steps as Ray tasks.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--warm", type=int, default=3, help="processes kept ready on each node")
    args = parser.parse_args()
    token = os.environ.get("PROMOTE_GATEWAY_TOKEN") or os.environ.get("RAY_AUTH_TOKEN")
    if not token:
        sys.stderr.write("The gateway needs a token: set PROMOTE_GATEWAY_TOKEN.\n")
        return 2
    block_slow_imports()
    asyncio.run(_serve(args.host, args.port, token=token, warm=args.warm))
    return 0


async def _serve(host: str, port: int, *, token: str, warm: int) -> None:
    import ray
    from aiohttp import web

    from jupyterlab_promote.worker.gateway.pool import NAMESPACE
    from jupyterlab_promote.worker.gateway.service import Steps, application

    ray.init(address="auto", namespace=NAMESPACE, log_to_driver=False, logging_level="ERROR")
    steps = Steps(warm=warm)
    runner = web.AppRunner(application(steps, token=token))
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await runner.cleanup()
    await asyncio.to_thread(steps.close)
    ray.shutdown()


if __name__ == "__main__":
    sys.exit(main())
