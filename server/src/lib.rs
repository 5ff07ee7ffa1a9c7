//! Boots, configures and wires.
