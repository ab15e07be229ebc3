"""The tables of the room, one concept a file."""

from lightkeeper.people.models.alert import Alert, AlertDelivery, Contact
from lightkeeper.people.models.client import ApiKey, Client, Meter
from lightkeeper.people.models.content_grant import ContentGrant
from lightkeeper.people.models.link import Link
from lightkeeper.people.models.person import Person

__all__ = ["Alert", "AlertDelivery", "ApiKey", "Client", "Contact", "ContentGrant", "Link", "Meter", "Person"]
