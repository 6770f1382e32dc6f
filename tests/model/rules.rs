//! The rules that can be switched off or exchanged, to see what each is worth.

/// How a resolved conflict is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// By the content alone.
    Design,
    /// Wherever no conflict is left in what is committed.
    Unseen,
    /// Only where resolving was witnessed.
    Proof,
}

/// When a pending entry speaks for a content that is not what it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alive {
    /// Only where the content contains theirs.
    Design,
    /// Where no hunk of the operation is back at its text before.
    Wide,
    /// As wide, and one hunk is there.
    Kept,
    /// As wide; some there and some back are two readings.
    Both,
}

/// What is made of two readings of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The advanced base is used.
    Off,
    /// Both must give the same merge, else it is a conflict.
    Agree,
    /// It is also a conflict where the witnessed base gives one.
    Strict,
}

/// All rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Records in notes.
    pub notes: bool,
    /// The rung *rewritten*.
    pub rewritten: bool,
    /// The rung *history*.
    pub history: bool,
    /// *Advance*.
    pub advance: bool,
    /// The best of note and rewritten answers, rather than the first.
    pub best: bool,
    pub done: Done,
    pub alive: Alive,
    pub guard: Guard,
    /// Trailers of pushes are part of the collection's history.
    pub trailers: bool,
    /// Of several effective records, one made for HEAD's content is preferred.
    pub prefer_same: bool,
    /// *Advance* goes through the committed versions since the record, not the content alone.
    pub trail: bool,
    /// `old_base` is HEAD's, and a pull over an alive entry keeps its `before`.
    pub chain: bool,
    /// Records follow commits that are rewritten: amended (seen in the reflog), rebased (where hooks are).
    pub rewrite: bool,
    /// Records are carried: the base of HEAD's content is noted there too, for those who find the content
    /// on another commit.
    pub carry: bool,
    /// Where no record knows the content, branch tips and HEAD's reflog are looked at.
    pub tips: bool,
    /// What was recorded for a content counts for an earlier commit that has it too only if the one does
    /// not follow the other.
    pub not_later: bool,
    /// *Advance* goes to versions only whose commit descends from the base's.
    pub descend: bool,
}

impl Rules {
    /// The first version of the design.
    pub const FIRST: Self = Self {
        notes: true,
        rewritten: true,
        history: true,
        advance: true,
        best: false,
        done: Done::Design,
        alive: Alive::Design,
        guard: Guard::Off,
        trailers: true,
        prefer_same: true,
        trail: false,
        chain: false,
        rewrite: false,
        carry: false,
        tips: false,
        not_later: false,
        descend: false,
    };
    /// The rules that are built.
    pub const BUILT: Self = Self {
        best: true,
        done: Done::Proof,
        alive: Alive::Both,
        guard: Guard::Agree,
        trail: true,
        chain: true,
        rewrite: true,
        carry: true,
        tips: true,
        not_later: true,
        descend: true,
        ..Self::FIRST
    };
}
