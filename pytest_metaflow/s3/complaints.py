"""What moto cannot do, told to a client of AWS in a way that it shows to its user."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

STATUS = "501 Not Implemented"
"""Clients repeat no request that is answered so."""


def complain(error: Exception, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request of WSGI with an error of moto's, which may be an unknown operation too."""
    logging.getLogger("werkzeug").error("moto failed", exc_info=error)
    message = f"moto: {type(error).__name__}: {error}"
    if "HTTP_X_AMZ_TARGET" in environ:
        start_response(STATUS, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps({"__type": "NotImplemented", "message": message}).encode()]
    start_response(STATUS, [("Content-Type", "application/xml")])
    text = f"<Error><Code>NotImplemented</Code><Message>{escape(message)}</Message></Error>"
    return [(text if _is_s3(environ) else f"<ErrorResponse>{text}</ErrorResponse>").encode()]


def _is_s3(environ: Mapping[str, Any]) -> bool:
    signature = environ.get("HTTP_AUTHORIZATION", "")
    return not signature or "/s3/aws4_request" in signature
