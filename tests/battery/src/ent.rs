//! ent.
