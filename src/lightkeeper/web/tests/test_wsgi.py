"""What the application answers before Django reads a request."""

from __future__ import annotations

import io
import sys

from lightkeeper.web.wsgi import application


def test_an_address_with_more_parameters_than_are_read_has_an_answer() -> None:
    status = list[str]()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/report/adult/", "QUERY_STRING": "a&" * 2000, "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-7", "wsgi.input": io.BytesIO(),
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }  # fmt: skip
    body = b"".join(application(environ, lambda line, _headers: status.append(line)))
    assert (status, b"more parameters" in body) == (["400 Bad Request"], True)
