"""What the learning rate did."""
