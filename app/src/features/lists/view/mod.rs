//! Pages of distribution lists.
