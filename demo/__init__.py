"""The whole product on one machine: `make demo`, the tests and the load measurement start it here."""
