//! Real collections, where they are at hand.
