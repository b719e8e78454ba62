"""Running what is async from a test that is not."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run_apart(coroutine):
    """asyncio.run in a thread of its own: Playwright keeps a loop running in the main one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
