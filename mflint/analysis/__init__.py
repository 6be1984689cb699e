"""What rules ask of flows, and fixes of files: pure functions over the model, a package per subject."""
