"""Files of published releases: fetched, checked and read in place, whichever data set they belong to."""
