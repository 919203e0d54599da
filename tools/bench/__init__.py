"""How fast the site is on the national data set, as ratios to a bare page served the same way in the same minute."""
