"""The networks of the paper: backbones, text encoder, attention and hashing modules."""
