// Nothing of its own: the build precompiles GoogleMock and standard headers for it, and every test reuses them.
