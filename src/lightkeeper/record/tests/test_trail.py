import pytest
from lightkeeper.record.services import write_event
from lightkeeper.record.events import Event
from lightkeeper.record.types import Actor
@pytest.mark.django_db
def test_x():
    assert write_event(Event.RECORD_OBJECT_KEPT, actor=Actor.system(), details={"size": 3}) > 0
