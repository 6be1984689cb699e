from metaflow import FlowSpec, Parameter, step


class ConditionSpellings(FlowSpec):
    path = Parameter("path", default=None, type=str)
    n = Parameter("n", default=3)

    @step
    def start(self):
        self.enabled = bool(self.path)
        self.mode = "x"
        if self.path is not None:
            self.text = "t"
        if self.enabled:
            self.on = 1
        if self.n > 2:
            self.big = 1
        if self.n <= 2:
            self.small = 1
        use = self.n > 2 and self.path is None
        if use:
            self.used = 1
        if self.mode in ("x", "y"):
            self.xy = 1
        data = self.load()
        if data:
            self.loaded = data
        else:
            self.empty = True
        self.next(self.mid)

    def load(self):
        return [1]

    @step
    def mid(self):
        if self.path:
            print(self.text)
        if self.path is None:
            print("none")
        else:
            print(self.text)
        if not self.enabled:
            pass
        else:
            print(self.on)
        print(self.on if self.enabled else 0, self.enabled and self.on)
        if self.n >= 3:
            print(self.big)
        else:
            print(self.small)
        if self.mode == "x":
            print(self.xy)
        if self._is_big():
            print(self.big)
        if not hasattr(self, "used"):
            self.used = 0
        if getattr(self, "loaded", None):
            print(self.loaded)
        if getattr(self, "empty", False) is True or not hasattr(self, "loaded"):
            print("empty")
        else:
            print(self.loaded)
        if hasattr(self, "nope") is False:
            self.nope = 1
        try:
            rows = self.loaded
        except Exception:
            rows = []
        has = hasattr(self, "small")
        if has:
            print(self.small)
        elif self.big:
            print(rows)
        if not has:
            return_value = None
        for name in ("text", "on"):
            if hasattr(self, name):
                print(getattr(self, name))
        missing = [n for n in ("text",) if not hasattr(self, n)]
        if not missing:
            print(self.text)
        if all(hasattr(self, n) for n in ("text", "on")):
            print(self.text, self.on)
        self.next(self.end)

    def _is_big(self):
        return self.n > 2

    @step
    def end(self):
        print(self.used, self.nope)
        if self._is_big():
            self._show()

    def _show(self):
        print(self.big)


if __name__ == "__main__":
    ConditionSpellings()
