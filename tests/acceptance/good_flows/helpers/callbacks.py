from metaflow import FlowSpec, step  # noqa: F401


class PartialThread(FlowSpec):
    def _set(self, v):
        self.one = v

    def _fill(self, v):
        self.two = v

    def _run(self, f):
        f()

    def _set2(self):
        self.s2 = 1

    def _set3(self):
        self.s3 = 1

    def _set4(self):
        self.s4 = 1

    @step
    def start(self):
        from functools import partial
        import threading

        partial(self._set, 1)()
        t = threading.Thread(target=self._fill, args=(2,))
        t.start()
        t.join()

        def inner():
            self.inner = 1

        inner()
        (lambda r: setattr(self, "result", r))(3)
        self._run(lambda: setattr(self, "by_callback", 4))
        type(self)._set2(self)
        PartialThread._set3(self)
        self.__class__._set4(self)
        self.next(self.end)

    @step
    def end(self):
        print(self.one, self.two, self.inner, self.result, self.by_callback, self.s2, self.s3, self.s4)


if __name__ == "__main__":
    PartialThread()
