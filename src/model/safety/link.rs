//! Targets of symbolic links: relative, and inside the artifact whatever else is a link there.

use super::{Reason, limits::MAX_TARGET, name::check_name};

/// Check that a link in a folder that is `depth` folders below the artifact's root stays inside it.
///
/// `..` may only stand at the beginning, where it climbs real folders of the tree. After a name it
/// would climb from wherever that name leads, and a name may be a link itself.
pub(super) fn check_target(target: &[u8], depth: usize) -> Result<(), Reason> {
    if target.is_empty() || target.len() as u64 > MAX_TARGET {
        return Err(Reason::LinkMalformed);
    }
    let windows_prefix = target.get(1) == Some(&b':');
    if target.starts_with(b"/") || target.contains(&b'\\') || windows_prefix {
        return Err(Reason::LinkAbsolute);
    }
    let mut climbs = 0;
    let mut descended = false;
    for component in target.split(|&byte| byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." if descended || climbs == depth => return Err(Reason::LinkOutside),
            b".." => climbs += 1,
            name => {
                check_name(name).map_err(Reason::LinkName)?;
                descended = true;
            }
        }
    }
    Ok(())
}
