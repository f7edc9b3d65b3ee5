"""Readers of published data sets: from the files of a release to ``ImageTextPairs``, a module for each data set."""
