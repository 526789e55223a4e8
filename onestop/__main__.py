"""`python -m onestop ...`: the console script for those without make."""

import wsgi  # the one place where the package reaches out: to the file that joins it to settings

if __name__ == "__main__":
    wsgi.main()
