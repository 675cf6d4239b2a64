"""What is drawn, as numbers: the problem's picture, the runs over it, and the theme."""
