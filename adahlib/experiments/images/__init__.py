"""Runs of methods that hash images alone: how they are trained, what they encode and how that is evaluated."""
