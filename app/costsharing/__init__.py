"""Cost splits: the engine, its rates, the calculator, its pages, downloads and API."""
