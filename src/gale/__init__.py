"""Gale: a brief written by a person becomes a campaign that lives, learns and can prove what it caused."""

__version__ = "0.1.0"
