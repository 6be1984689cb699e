"""What steps do to S3, namespaces, other processes and the environment, and what an older Metaflow lacks."""
