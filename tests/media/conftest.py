"""Fixtures of the media tests."""

from media_house import fonts, gallery, renderer, written

__all__ = ["fonts", "gallery", "renderer", "written"]
