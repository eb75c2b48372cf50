"""newsclf's topics and other topic models, each in a file of its own and run as its users would run it."""
