"""Where time and memory go: `pb.profile(function)`."""
