//! Model check of the shared queue.
