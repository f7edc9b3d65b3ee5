"""Methods that train a network in epochs, on a backbone's maps."""
