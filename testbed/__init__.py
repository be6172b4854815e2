"""What tests and benchmarks share: temporary servers, a silent proxy, classes on a running product."""
