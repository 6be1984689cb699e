from metaflow import FlowSpec, Parameter, step


class Loops(FlowSpec):
    n = Parameter("n", default=2)

    @step
    def start(self):
        while True:
            self.page = self.fetch()
            if not self.page:
                break
            self.seen = self.page
            self.n_pages = getattr(self, "n_pages", 0) + 1
            if self.n_pages > 2:
                break
        for self.k in range(3):
            if self.k == 1:
                self.hit = self.k
                break
        else:
            self.hit = None
        for attempt in range(3):
            try:
                self.value = self.fetch()
            except ValueError as error:
                self.error = error
                continue
            break
        else:
            raise RuntimeError
        done = False
        while not done:
            self.inside = 1
            done = True
        i = 0
        while i < 3:
            self.late = i
            i += 1
        found = None
        for row in [1, 2]:
            if row == 2:
                found = row
                self.found = row
        if found is None:
            raise ValueError
        try:
            self.opt = self.fetch()
        except Exception:
            self.opt = None
            raise
        with open("/dev/null") as f:
            for line in f:
                self.line = line
            self.after = 1
        self.m = {k: v for k, v in [("a", 1)]}
        del i
        self.next(self.end)

    def fetch(self):
        return [1]

    @step
    def end(self):
        print(
            self.page,
            self.hit,
            self.value,
            self.inside,
            self.late,
            self.found,
            self.opt,
            self.after,
            self.seen,
        )


if __name__ == "__main__":
    Loops()
