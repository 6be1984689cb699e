import asyncio
import multiprocessing
import queue
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed

from metaflow import FlowSpec, step


def square(n):
    return n * n


async def fetch(n):
    await asyncio.sleep(0)
    return n + 100


class PoolsFlow(FlowSpec):
    """Threads, processes and coroutines that begin and end within a step."""

    async def _fetch_all(self):
        return await asyncio.gather(*(fetch(n) for n in self.numbers))

    async def _note(self):
        self.noted = await fetch(1)

    def _work(self, n):
        return n * self.factor

    def _collect(self):
        self.collected.append(threading.current_thread().name)

    @step
    def start(self):
        self.numbers = [1, 2, 3]
        self.factor = 3
        self.collected = []
        with ThreadPoolExecutor(max_workers=2) as pool:
            self.products = list(pool.map(self._work, self.numbers))
            futures = {pool.submit(square, n): n for n in self.numbers}
            self.squares = {futures[done]: done.result() for done in as_completed(futures)}
        with ProcessPoolExecutor(1) as pool:
            self.by_process = list(pool.map(square, self.numbers))
        with multiprocessing.Pool(1) as pool:
            self.by_pool = pool.map(square, self.numbers)
        self.next(self.asynchronous)

    @step
    def asynchronous(self):
        self.fetched = asyncio.run(self._fetch_all())
        asyncio.run(self._note())
        worker = threading.Thread(target=self._collect)
        worker.start()
        worker.join()
        waiting = queue.Queue()
        waiting.put(1)
        self.waited = waiting.get()

        async def total():
            return sum([await fetch(n) for n in self.numbers])

        self.total = asyncio.run(total())
        self.next(self.end)

    @step
    def end(self):
        print(self.products, self.squares, self.by_process, self.by_pool, self.fetched, self.noted)
        print(len(self.collected), self.waited, self.total)


if __name__ == "__main__":
    PoolsFlow()
