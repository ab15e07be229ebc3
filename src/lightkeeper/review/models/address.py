"""What a person judged of an address, beside what is judged of all content."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lightkeeper.review.models.grade import Grade
from lightkeeper.review.types import HostingSource


class UrlGrade(models.Model):
    """The part of a grade that only addresses have; its codes are of the grade's vocabulary, "" for no answer.

    ``hosting_country``: two letters, or ``unknown``; ``hosting_source`` says how that is known. ``duplicate_of`` is the
    public name of a case, no key: that case may be judged and kept by rules of its own. ``sealed`` holds the host's
    number on the Internet where somebody found it out; None once it was destroyed. ``tld`` and ``domain`` (a blind
    index, 32 bytes) are there to be counted when the address itself is gone.
    """

    grade = models.OneToOneField(Grade, on_delete=models.PROTECT, related_name="url_grade")
    setting = models.CharField(max_length=16, blank=True)
    alone = models.CharField(max_length=16, blank=True)
    site_type = models.CharField(max_length=16, blank=True)
    access = models.CharField(max_length=16, blank=True)
    commercial = models.CharField(max_length=16, blank=True)
    hosting_country = models.CharField(max_length=8, blank=True)
    hosting_source = models.CharField(max_length=8, choices=HostingSource.choices, blank=True)
    images = models.PositiveIntegerField(null=True)
    videos = models.PositiveIntegerField(null=True)
    duplicate_of = models.UUIDField(null=True)
    agency = models.CharField(max_length=100, blank=True)
    tld = models.CharField(max_length=63, blank=True)
    domain = models.BinaryField(max_length=32, null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(hosting_country="", hosting_source="")
                | (~Q(hosting_country="") & Q(hosting_source__in=HostingSource.values)),
                name="urlgrade_country_with_source",
            ),
            models.CheckConstraint(
                condition=Q(images=None) | Q(images__lte=1_000_000), name="urlgrade_images_can_be_counted"
            ),
            models.CheckConstraint(
                condition=Q(videos=None) | Q(videos__lte=1_000_000), name="urlgrade_videos_can_be_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"assessment of the address of grade {self.grade_id}"
