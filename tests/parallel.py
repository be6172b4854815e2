"""What several people do at the same moment, on real threads and connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from tests.waiting import SOON


def at_once(*acts):
    start = Barrier(len(acts))

    def run(act):
        start.wait(SOON)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(SOON) for future in [pool.submit(run, act) for act in acts]]
