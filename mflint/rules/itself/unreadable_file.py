from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Span, Violation
from mflint.rules import Profile, rule
from mflint.source import SourceError, SourceErrorKind


@rule("MF004", Profile.CORRECTNESS, always=True)
def check(error: SourceError) -> Iterator[Violation]:
    """The file cannot be read, or its tree cannot be built.

    ## What it does

    Reports a file that is not there, that the system does not let mflint read, whose bytes are not in the
    encoding they claim (UTF-8 where they claim none), or that Python parses and libcst does not, such as an
    expression nested thousands of times. The other files are still checked. The rule cannot be switched off
    or suppressed, and makes mflint exit with 3.

    ## Why it matters

    A file that was passed over must not look like a file without findings.
    """
    if error.kind is SourceErrorKind.UNREADABLE:
        yield Violation(Place(error.path, span=Span.at(error.line, error.column)), error.message)
