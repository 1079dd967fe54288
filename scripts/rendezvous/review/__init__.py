"""Stewards decide: pairs of client records out to them, their verdicts in, and what these would change."""
