// Nothing of its own: as basics.cpp, with the DSL and the test driver for the tests that draw topologies.
