"""newsclf and others that label, each in a file of its own, from a file of articles to a labelled file."""
