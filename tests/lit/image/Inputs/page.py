"""Prints the first listing of a page of the manual: page.py FILE."""
import re
import sys

print(re.search(r"```\n(.*?)```", open(sys.argv[1]).read(), re.S).group(1))
