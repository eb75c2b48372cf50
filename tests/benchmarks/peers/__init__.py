"""newsclf and what stands beside it, each in a file of its own and run as its users would run it."""
