"""What a sealed frame costs: until it is ready, for each call, and twenty of them."""
