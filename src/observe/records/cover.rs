//! Which of the wanted paths are dealt with on the way to a commit.

/// One bit a path: its records were found at a descendant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cover {
    bits: Vec<u64>,
    paths: usize,
}

impl Cover {
    pub(super) fn none(paths: usize) -> Self {
        Self { bits: vec![0; paths.div_ceil(64)], paths }
    }

    pub(super) fn set(&mut self, path: usize) {
        self.bits[path / 64] |= 1 << (path % 64);
    }

    pub(super) fn has(&self, path: usize) -> bool {
        self.bits[path / 64] >> (path % 64) & 1 == 1
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.bits.iter_mut().zip(&other.bits) {
            *mine |= theirs;
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bits.iter().map(|word| word.count_ones() as usize).sum::<usize>() == self.paths
    }
}
