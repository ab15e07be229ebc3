"""Headers of every answer that no other middleware sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lightkeeper.web import errors

PERMISSIONS_POLICY: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "clipboard-read",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
NO_STORE: Final = "no-store"


class Headers:
    """No copy of anything but static files is kept by a browser or a proxy, and no page gets a device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers to the answer."""
        response = self.get_response(request)
        if not request.path_info.startswith(settings.STATIC_URL) or response.status_code != 200:
            response.headers["Cache-Control"] = NO_STORE
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class WrongMethod:
    """An address that only takes what a form sends says so when it is opened: Django's answer would be empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put a page in the place of an empty 405."""
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        page = errors.wrong_method(request)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page
