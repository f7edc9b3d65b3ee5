"""Methods that learn from feature vectors in closed form or in few rounds."""
