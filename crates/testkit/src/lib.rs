//! Fixtures, a simulated network and the layering test.
