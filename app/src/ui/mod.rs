//! The interface kit: components that know no capability.
