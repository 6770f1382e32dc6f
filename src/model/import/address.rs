//! Repository addresses as different tools write them, compared.

/// One spelling of an address: host and path without scheme, user, `.git` and case.
///
/// It only tells whether two addresses mean the same repository; nothing is fetched from it.
pub fn normal(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = match rest.split_once('/') {
        Some((host, path)) => format!("{}/{path}", host.rsplit('@').next().unwrap_or(host)),
        None => rest.rsplit('@').next().unwrap_or(rest).to_owned(),
    };
    // `host:path`, unless what follows is a port.
    let rest = match rest.split_once(':') {
        Some((host, path)) if !address.contains("://") => format!("{host}/{}", path.trim_start_matches('/')),
        _ => rest,
    };
    let rest = rest.trim_end_matches('/');
    rest.strip_suffix(".git").unwrap_or(rest).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn spellings_of_one_repository_are_equal() {
        let one = normal("https://github.com/acme/Skills");
        for other in [
            "https://github.com/acme/skills.git",
            "https://me:secret@github.com/acme/skills/",
            "git@github.com:acme/skills.git",
            "ssh://git@github.com/acme/skills",
            "github.com/acme/skills",
            "git+https://github.com/acme/skills",
        ] {
            assert_eq!(normal(other), one, "{other}");
        }
        for other in [
            "https://github.com/acme/skill",
            "https://gitlab.com/acme/skills",
            "https://github.com:8443/acme/skills",
        ] {
            assert_ne!(normal(other), one, "{other}");
        }
    }
}
