"""``.mat`` exports of data sets, as papers' authors pass them around; a bad file takes less than 1 GB of memory."""
