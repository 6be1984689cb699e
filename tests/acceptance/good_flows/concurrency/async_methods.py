import asyncio
from metaflow import FlowSpec, step


class Async(FlowSpec):
    async def load(self):
        self.rows = [1]
        await asyncio.sleep(0)
        return self.rows

    async def also(self):
        self.more = await self.load()

    def sync(self):
        return asyncio.get_event_loop_policy().new_event_loop().run_until_complete(self.also())

    def stream(self):
        self.begun = True
        yield 1
        self.finished = True

    @step
    def start(self):
        asyncio.run(self.load())
        self.sync()
        for _ in self.stream():
            pass
        self.listed = list(self.stream())

        async def go():
            async with asyncio.Lock():
                self.in_lock = 1
            async for x in agen():
                self.last = x
            self.comp = [y async for y in agen()]

        async def agen():
            yield 1

        asyncio.run(go())
        self.next(self.end)

    @step
    def end(self):
        print(self.rows, self.more, self.begun, self.finished, self.in_lock, self.last, self.comp)


if __name__ == "__main__":
    Async()
