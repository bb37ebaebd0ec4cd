"""What the catalogue lists, a room a study."""
