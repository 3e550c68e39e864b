"""What the backend says, typed. Nothing here calls anybody."""
