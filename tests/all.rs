//! All tests in one binary.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod merge_random;
#[cfg(test)]
mod referee;
#[cfg(test)]
mod scan;
