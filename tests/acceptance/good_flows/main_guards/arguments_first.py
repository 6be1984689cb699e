# run: --quick
import argparse
import sys

from metaflow import FlowSpec, Parameter, step


class ArgumentsFirstFlow(FlowSpec):
    """Run without Metaflow's own command line: `python arguments_first.py --quick`."""

    size = Parameter("size", default=1)

    @step
    def start(self):
        self.sizes = [self.size] * 2
        self.next(self.end)

    @step
    def end(self):
        print(self.sizes)


def parse(arguments):
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--quick", action="store_true")
    return parser.parse_known_args(arguments)


if __name__ == "__main__":
    known, rest = parse(sys.argv[1:])
    if known.quick:
        rest = ["--quiet", "run", "--size", "3"]
    sys.argv[1:] = rest or ["run"]
    ArgumentsFirstFlow()
