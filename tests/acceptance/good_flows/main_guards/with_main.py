#!/usr/bin/env python
"""Logs are set up in main."""

import logging

from metaflow import FlowSpec, step


class WithMainFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    WithMainFlow()


if __name__ == "__main__":
    main()
