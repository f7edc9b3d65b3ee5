"""The book as files: its contents, its pages' parameters, executing them, and building the whole."""
