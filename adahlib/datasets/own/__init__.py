"""One's own data: folders with a CSV, Hugging Face data sets, and the one clean file that every data set can become."""
