"""The whole product on one machine (`make demo`), and simulated students with a client of their own."""
