"""One's own data: folders with a CSV or of classes, Hugging Face data sets, and the clean file of any data set."""
