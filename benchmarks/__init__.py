"""Speed and memory beside what is commonly used."""
