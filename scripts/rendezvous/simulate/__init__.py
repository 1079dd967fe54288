"""Writes invented houses: complete landing folders with every trap planted on purpose."""

from .changes import add_day, restate
from .engine import Result, simulate
from .plan import DEFAULT_END, Plan

__all__ = ["DEFAULT_END", "Plan", "Result", "add_day", "restate", "simulate"]
