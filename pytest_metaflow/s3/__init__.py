"""An S3 without an account: moto's server on loopback, in a process of its own."""
