"""ADAH (ECCV 2018) for cross-modal retrieval: models, losses, training, metrics and records."""

__version__ = "0.1.0"
