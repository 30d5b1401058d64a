"""Speed, as ratios in one run: our pages against bare Flask pages that show the same rows."""
