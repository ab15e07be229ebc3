"""Names under which anybody can have a host of their own: no list may name one of them as a domain.

A small table, and a rule for countries, stand in for the Public Suffix List, which changes daily and is larger than
this program: what slips through costs a list manager a look at a domain that matches too much, and the flood breaker
stops it.
"""

from __future__ import annotations

from typing import Final

_UNDER_COUNTRIES: Final = frozenset(
    """
    ac asn biz co com ed edu firm gen go gob gov gouv id idf in inc info ltd me mil muni name ne net nhs nom nic
    or org plc police press pro res sch store tm tv web www
    """.split()  # noqa: SIM905  # a table
)
"""Second labels that registries under two-letter countries sell names below."""

_SHARED: Final = frozenset(
    """
    amazonaws.com appspot.com azureedge.net azurewebsites.net b-cdn.net backblazeb2.com bitbucket.io
    blob.core.windows.net blogspot.com cloudapp.net cloudfront.net ddns.net deno.dev digitaloceanspaces.com
    duckdns.org dyndns.org
    fastly.net firebaseapp.com fly.dev github.io gitlab.io glitch.me herokuapp.com hopto.org livejournal.com
    myshopify.com netlify.app neocities.org ngrok.io no-ip.org now.sh onrender.com pages.dev r2.dev
    rf.gd s3.amazonaws.com sharepoint.com storage.googleapis.com surge.sh tumblr.com typepad.com vercel.app
    w3spaces.com web.app weebly.com windows.net wixsite.com wordpress.com workers.dev eu.org uk.com us.com
    de.com gb.net se.net jp.net hu.com ru.com za.com br.com cn.com eu.com co.com
    """.split()  # noqa: SIM905  # a table
)
"""Names of providers below which each customer has a host."""


def is_shared(host: str) -> bool:
    """Whether a host name in its canonical form is a top-level domain, or one below which anybody can have a host."""
    labels = host.split(".")
    if len(labels) == 1:
        return True
    under_country = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _UNDER_COUNTRIES
    return under_country or host in _SHARED


def registered(host: str) -> str:
    """The name that somebody registered, of a host in its canonical form: the first below what is shared."""
    labels = host.split(".")
    for count in range(1, len(labels)):
        name = ".".join(labels[-count:])
        if not is_shared(name):
            return name
    return host
