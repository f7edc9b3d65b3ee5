"""The embedded data set: scenes of OpenMoji drawings, drawn on this machine from a seed."""
